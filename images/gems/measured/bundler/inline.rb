require 'bundler'

# The gems of the script's own gemfile are installed; this loads them.
def gemfile(*)
  Bundler.require
end
