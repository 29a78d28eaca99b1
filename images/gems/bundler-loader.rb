# Loads Bundler: the ruby's own, or the newest for its release, from the gem source.
module MATRIX_INSTALL::BundlerLoader
  Failed = MATRIX_INSTALL::Failed
  TOOLS = File.join(ENV['HOME'], 'tools')

  class << self
    def load(requirement)
      # Not inside of its rescue: RubyGems of 2.2 would raise the error in $! again.
      unless available?
        MATRIX_INSTALL.report 'fetching Bundler: this ruby comes without one'
        fetch(requirement)
      end
      require 'bundler/cli'
    end

    private

    def available?
      require 'bundler'
      true
    rescue LoadError
      false
    end

    def fetch(requirement)
      skip_host_lookup
      Gem.sources = Gem::SourceList.from([MATRIX_INSTALL.source])
      installer = Gem::DependencyInstaller.new(:install_dir => TOOLS, :document => [], :domain => :remote)
      installer.install('bundler', Gem::Requirement.new(requirement))
      Gem::Specification.dirs = [TOOLS] + Gem.path
      gem 'bundler', requirement
      require 'bundler'
    rescue Gem::Exception => error
      raise Failed.new('no-bundler', "bundler #{requirement}: #{error.message}")
    end

    # Keeps old RubyGems from asking DNS where the API of a source is: nothing answers here, and they would wait.
    def skip_host_lookup
      require 'rubygems/dependency_installer'
      require 'rubygems/remote_fetcher'
      return unless Gem::RemoteFetcher.method_defined?(:api_endpoint)
      Gem::RemoteFetcher.class_eval { define_method(:api_endpoint) { |uri| uri } }
    end
  end
end
