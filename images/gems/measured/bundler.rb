# Replaces Bundler where a script is measured: its gems are installed and resolved already (images/prelude/gems.rb).
module Bundler
  class << self
    def setup(*)
      MATRIX_GEMS.activate
    end

    def require(*groups)
      MATRIX_GEMS.activate
      MATRIX_GEMS.require_groups(groups)
    end

    def with_unbundled_env
      yield
    end
    alias with_clean_env with_unbundled_env
    alias with_original_env with_unbundled_env
  end
end
