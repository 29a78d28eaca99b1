# Bundler: the ruby's own, or the newest for its release, from the gem source.
module MATRIX_INSTALL::BundlerOfItsOwn
  Failed = MATRIX_INSTALL::Failed
  TOOLS = File.join(ENV['HOME'], 'tools')

  class << self
    def load(requirement)
      # Not inside of its rescue: RubyGems of 2.2 raises an error that it finds in $! again.
      unless there?
        MATRIX_INSTALL.tell 'fetching Bundler: this ruby comes without one'
        fetch(requirement)
      end
      require 'bundler/cli'
    end

    private

    def there?
      require 'bundler'
      true
    rescue LoadError
      false
    end

    def fetch(requirement)
      look_up_no_hosts
      Gem.sources = Gem::SourceList.from([MATRIX_INSTALL.source])
      installer = Gem::DependencyInstaller.new(:install_dir => TOOLS, :document => [], :domain => :remote)
      installer.install('bundler', Gem::Requirement.new(requirement))
      Gem::Specification.dirs = [TOOLS] + Gem.path
      gem 'bundler', requirement
      require 'bundler'
    rescue Gem::Exception => error
      raise Failed.new('no-bundler', "bundler #{requirement}: #{error.message}")
    end

    # Old RubyGems ask the DNS where the API of a source is; no DNS answers here, and they would wait.
    def look_up_no_hosts
      require 'rubygems/dependency_installer'
      require 'rubygems/remote_fetcher'
      return unless Gem::RemoteFetcher.method_defined?(:api_endpoint)
      Gem::RemoteFetcher.class_eval { define_method(:api_endpoint) { |uri| uri } }
    end
  end
end
