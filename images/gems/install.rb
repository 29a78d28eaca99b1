# Installs gems into a folder in memory and sends them to the host: the first process of a container without a network.
# Run as: ruby install.rb, with the request on stdin and frames, one per line, on stdout:
#
#   G PATH            asks the host for a file of the gem source; its answer comes on stdin
#   P TEXT            what is being done, for people to read
#   L BASE64          a piece of the folder, as a tar
#   D JSON            done: names and versions
#   F JSON            failed: why
#
# Gemfiles, gemspecs and extconf.rb run in here, and may do anything: the result is a layer of an image, which only affects
# their own cell. Written for every Ruby from 2.2 on.
require 'fileutils'
require 'json'
require 'stringio'
require 'rubygems/package'

module MATRIX_INSTALL
  HOME = '/opt/matrix-gems'
  PIECE = 48 * 1024

  # Settings of Bundler. Those of the image are for its own application.
  BUNDLER = {
    'BUNDLE_PATH__SYSTEM' => 'true', 'BUNDLE_APP_CONFIG' => '/tmp/bundle', 'BUNDLE_USER_HOME' => '/tmp/bundle',
    'BUNDLE_RETRY' => '0', 'BUNDLE_JOBS' => '2', 'BUNDLE_TIMEOUT' => '60',
    'BUNDLE_DISABLE_VERSION_CHECK' => 'true', 'BUNDLE_IGNORE_MESSAGES' => 'true'
  }

  # Why an install failed: by `kind` the host chooses the text.
  class Failed < StandardError
    attr_reader :kind, :about

    def initialize(kind, about)
      super("#{kind}: #{about}")
      @kind = kind
      @about = about
    end
  end

  class << self
    # The request: gems (name and version or nil), folders, gemfile, inline, env, bundler, sources.
    attr_reader :wanted
    # The block of the script's own gemfile.
    attr_accessor :block

    def start
      @out = take_descriptor($stdout)
      @in = take_descriptor($stdin)
      $stdin.reopen('/dev/null')
      @log = File.join(ENV['TMPDIR'], 'log')
      $stdout.reopen(@log, 'a')
      $stderr.reopen($stdout)
      [$stdout, $stderr].each { |io| io.sync = true }
      @wanted = JSON.parse(@in.gets)
      ENV.update(@wanted['env'])
      unpack(@in.read(@wanted['inputBytes']))
      %w[mirror bundler-loader gemfile folders].each { |part| require File.expand_path("../#{part}.rb", __FILE__) }
      @mirror = Mirror.new(@in, method(:say))
      ENV.delete_if { |name, _| name.start_with?('BUNDLE_', 'BUNDLER_') }
      ENV.update(BUNDLER)
      ENV['BUNDLE_MIRROR__ALL'] = @mirror.address
      installed = install
      send_gems
      say "D #{JSON.generate('gems' => installed)}"
    rescue Failed => error
      say "F #{JSON.generate('kind' => error.kind, 'text' => printable(error.about), 'log' => log_end, 'similar' => similar(error))}"
    rescue Exception => error # rubocop:disable Lint/RescueException -- whatever a Gemfile raises, exit included
      text = "#{error.class}: #{error.message}"
      say "F #{JSON.generate('kind' => 'raised', 'text' => printable(text), 'log' => log_end)}"
    ensure
      exit! 0
    end

    def report(text)
      say "P #{text}"
    end

    # Address of the gem source in this container.
    def source
      @mirror.address
    end

    private

    def install
      BundlerLoader.load(@wanted['bundler'])
      definition = @wanted['inline'] ? Gemfile.of_script(@wanted['inline']) : Gemfile.install
      specs = Gemfile.resolved(definition)
      Folders.install(specs)
      write_list(specs, Gemfile.required(definition))
      specs.map { |spec| [spec.name, spec.version.to_s] }
    end

    # Writes the file that images/prelude/gems.rb reads.
    def write_list(specs, required)
      lines = @wanted['inline'] ? ['inline'] : []
      lines += specs.map { |spec| "gem #{spec.name} #{spec.version}" }
      lines += required.map { |group, path| "require #{group} #{path}" }
      File.write(File.join(HOME, 'list'), lines.join("\n") + "\n")
    end

    # Takes over the descriptor, so that started programs neither inherit it nor find it under its old number.
    def take_descriptor(io)
      taken = io.dup
      taken.close_on_exec = true
      taken.binmode
      taken.sync = true
      taken
    end

    def say(line)
      (@lock ||= Mutex.new).synchronize { @out.write("#{line.tr("\n", ' ')}\n") }
    end

    def unpack(bytes)
      Gem::Package::TarReader.new(StringIO.new(bytes)).each do |entry|
        next unless entry.file?
        FileUtils.mkdir_p(File.dirname(entry.full_name))
        File.binwrite(entry.full_name, entry.read.to_s)
      end
    end

    # Sends the installed gems without downloads and build files; sources stay, so that lines have names.
    def send_gems
      report 'packing what was installed'
      Dir[File.join(HOME, '{cache,doc,build_info,plugins}')].each { |path| FileUtils.rm_rf(path) }
      Dir[File.join(HOME, '**', '*.o')].each { |path| FileUtils.rm_f(path) }
      IO.popen(['tar', '-cf', '-', '-C', File.dirname(HOME), File.basename(HOME)], 'rb') do |tar|
        while (piece = tar.read(PIECE))
          say "L #{[piece].pack('m0')}"
        end
      end
      raise Failed.new('engine', "tar ended with #{$?.exitstatus}") unless $?.success?
    end

    # Names similar to that of a missing gem; RubyGems knows all names of the source.
    def similar(error)
      name = error.about.to_s[/Could not find gem '([^' ]+)/, 1]
      return [] if name.nil? || error.about.include?('following gems matching')
      require 'rubygems/spec_fetcher'
      Gem.sources = Gem::SourceList.from([source])
      Gem::SpecFetcher.fetcher.suggest_gems_from_name(name).first(5)
    rescue StandardError
      []
    end

    def log_end
      printable(File.open(@log, 'rb') { |io| io.seek([io.size - 16_384, 0].max); io.read })
    rescue SystemCallError
      ''
    end

    def printable(text)
      text.to_s.dup.force_encoding('UTF-8').scrub('?')[-16_384, 16_384] || text.to_s.dup.force_encoding('UTF-8').scrub('?')
    end
  end
end

MATRIX_INSTALL.start
