# Keeps source lines in C extensions: required by every ruby of an install (RUBYOPT), so by extconf.rb.
require 'rbconfig'
[RbConfig::CONFIG, RbConfig::MAKEFILE_CONFIG].each do |config|
  %w[CFLAGS CXXFLAGS].each do |name|
    flags = config[name]
    config[name] = "#{flags} -g" if flags && flags !~ /(\A|\s)-g(gdb)?\d?(\s|\z)/
  end
end
