require 'bundler'

# What the script's own gemfile says was installed before; now it is loaded.
def gemfile(*)
  Bundler.require
end
