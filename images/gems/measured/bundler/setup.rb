require 'bundler'
Bundler.setup
