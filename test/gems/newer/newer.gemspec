Gem::Specification.new do |s|
  s.name = 'newer'
  s.version = '1.0.0'
  s.summary = 'Needs a Ruby that nobody has'
  s.authors = ['Matrix']
  s.files = ['lib/newer.rb']
  s.required_ruby_version = '>= 9.0'
end
