# Gems that come as folders: packed by their gemspec and installed like any other, with their C extension.
module MATRIX_INSTALL::Folders
  Failed = MATRIX_INSTALL::Failed

  class << self
    # Names and folders of the requested gems.
    def named
      @named ||= MATRIX_INSTALL.wanted['folders'].map { |folder| [load(folder, nil).name, File.expand_path(folder)] }
    end

    # Installs the specs whose source is a folder.
    def install(specs)
      specs.each do |spec|
        next unless Bundler::Source::Path === spec.source
        MATRIX_INSTALL.report "building #{spec.name} #{spec.version}"
        folder = spec.full_gem_path
        install_file(File.join(folder, pack(folder, spec.name)))
      end
    end

    private

    def load(folder, name)
      gemspecs = Dir[File.join(folder, "#{name || '*'}.gemspec")]
      gemspecs = Dir[File.join(folder, '*.gemspec')] if gemspecs.empty?
      raise Failed.new('gemspec', "#{folder} has no gemspec") if gemspecs.empty?
      raise Failed.new('gemspec', "#{folder} has #{gemspecs.length} gemspecs") if gemspecs.length > 1
      Dir.chdir(folder) { Gem::Specification.load(File.expand_path(File.basename(gemspecs[0]))) } ||
        raise(Failed.new('gemspec', "#{gemspecs[0]} cannot be read"))
    end

    def pack(folder, name)
      spec = load(folder, name)
      Dir.chdir(folder) { Gem::Package.build(spec, true) }
    rescue Gem::Exception, SystemCallError => error
      raise Failed.new('gemspec', "#{name} cannot be built: #{error.message}")
    end

    def install_file(file)
      require 'rubygems/installer'
      options = { :install_dir => Gem.dir, :ignore_dependencies => true, :force => true, :document => [], :wrappers => true }
      (Gem::Installer.respond_to?(:at) ? Gem::Installer.at(file, options) : Gem::Installer.new(file, options)).install
    rescue Gem::Exception => error
      raise Failed.new('bundler', error.message)
    end
  end
end
