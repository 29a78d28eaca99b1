require 'mkmf'
version = Gem::Version.new(File.read(File.expand_path('../../../VERSION', __FILE__)).strip)
$defs << '-DLEAKS' if version < Gem::Version.new('1.2.0')
create_makefile('leaky/leaky')
