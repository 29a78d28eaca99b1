# The Gemfile of a cell: the script's own or the one beside it, with the gems that were requested in its place.
module MATRIX_INSTALL::Gemfile
  Failed = MATRIX_INSTALL::Failed
  # In the folder of the user's Gemfile, so that relative paths keep their meaning.
  PATH = File.expand_path('matrix-cell.gemfile')
  LOCK = "#{PATH}.lock"

  # The Gemfile's `ruby` is ignored: the cell's ruby is measured.
  BEFORE = 'define_singleton_method(:ruby) { |*| }'
  # The versions of the cell replace those in the Gemfile.
  REPLACE = <<-RUBY
    MATRIX_INSTALL::Gemfile.requested.each do |name, arguments|
      @dependencies.reject! { |dependency| dependency.name == name }
      gem(name, *arguments)
    end
  RUBY

  class << self
    def install
      own = MATRIX_INSTALL.block ? 'instance_eval(&MATRIX_INSTALL.block)' : users
      File.write(PATH, "#{BEFORE}\n#{own}\n#{REPLACE}")
      take_lock
      ENV['BUNDLE_GEMFILE'] = PATH
      definition = define
      refuse_sources(definition)
      MATRIX_INSTALL.report 'resolving and installing gems'
      run_bundler
      define
    end

    # Runs the script up to its gemfile, which may depend on the code before it, and installs that.
    def of_script(path)
      $LOAD_PATH.unshift(File.expand_path('..', __FILE__) + '/inline')
      $0 = path
      caught = catch(:matrix_gemfile) do
        Object.send(:define_method, :gemfile) do |*_, &block|
          MATRIX_INSTALL.block = block
          throw :matrix_gemfile, true
        end
        load File.expand_path(path)
        false
      end
      raise Failed.new('no-gemfile', path) unless caught
      install
    end

    # Lists the gems in the order in which they can be activated.
    def resolved(definition)
      definition.specs.to_a.reject { |spec| spec.name == 'bundler' }
    rescue Bundler::BundlerError => error
      raise Failed.new('bundler', error.message)
    end

    # Lists the files that Bundler.require requires, by group; `?` and the name for a gem that names none.
    def required(definition)
      resolved = definition.specs.map(&:name)
      definition.dependencies.select { |one| resolved.include?(one.name) && one.should_include? }.flat_map do |one|
        paths = one.autorequire ? Array(one.autorequire).reject { |path| path == false } : ["?#{one.name}"]
        paths = ["?#{one.name}"] if one.autorequire == [true]
        one.groups.flat_map { |group| paths.map { |path| [group, path] } }
      end
    end

    def requested
      gems = MATRIX_INSTALL.wanted['gems'].map { |name, version| [name, version ? ["= #{version}"] : []] }
      gems + MATRIX_INSTALL::Folders.named.map { |name, folder| [name, [{ :path => folder }]] }
    end

    private

    def users
      path = MATRIX_INSTALL.wanted['gemfile']
      path ? "eval_gemfile #{File.expand_path(path).inspect}" : 'source "https://rubygems.org"'
    end

    # Copies the lock without the version of Bundler, which this one would otherwise fetch to start itself again.
    def take_lock
      path = MATRIX_INSTALL.wanted['lockfile']
      return unless path
      File.write(LOCK, File.read(path).sub(/^BUNDLED WITH\n.*\n?/, ''))
    end

    def define
      Bundler.reset! if Bundler.respond_to?(:reset!)
      lock = Pathname.new(LOCK)
      Bundler::Dsl.evaluate(Pathname.new(PATH), lock, {})
    rescue Bundler::BundlerError => error
      raise Failed.new('gemfile', error.message)
    end

    def refuse_sources(definition)
      sources = definition.send(:sources)
      git = sources.git_sources.first
      raise Failed.new('git', git.uri.to_s) if git
      allowed = MATRIX_INSTALL.wanted['sources'].map { |one| plain(one) }
      unknown = sources.rubygems_sources.flat_map(&:remotes).map(&:to_s).find { |one| !allowed.include?(plain(one)) }
      raise Failed.new('source', unknown) if unknown
      outside = sources.path_sources.map { |one| File.expand_path(one.path.to_s, Dir.pwd) }
                       .find { |path| !(path + '/').start_with?(Dir.pwd + '/') }
      raise Failed.new('outside', outside) if outside
    end

    def plain(address)
      address.sub(%r{\Ahttps?://([^@/]*@)?}, '').chomp('/')
    end

    def run_bundler
      Bundler::CLI.start(['install'])
    rescue Bundler::BundlerError, Gem::Exception => error
      raise Failed.new('bundler', "#{error.message}")
    rescue SystemExit
      raise Failed.new('bundler', '')
    end
  end
end
