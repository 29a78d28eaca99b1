Gem::Specification.new do |s|
  s.name = 'leaky'
  s.version = File.read(File.expand_path('../VERSION', __FILE__)).strip
  s.summary = 'A C extension that loses memory before 1.2.0'
  s.authors = ['Matrix']
  s.files = ['VERSION', 'lib/leaky.rb', 'ext/leaky/extconf.rb', 'ext/leaky/leaky.c']
  s.extensions = ['ext/leaky/extconf.rb']
end
