Gem::Specification.new do |s|
  s.name = 'broken'
  s.version = '1.0.0'
  s.summary = 'Does not compile'
  s.authors = ['Matrix']
  s.files = ['lib/broken.rb', 'ext/broken/extconf.rb', 'ext/broken/broken.c']
  s.extensions = ['ext/broken/extconf.rb']
end
