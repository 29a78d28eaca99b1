Gem::Specification.new do |s|
  s.name = 'leans'
  s.version = '2.0.0'
  s.summary = 'Depends on another'
  s.authors = ['Matrix']
  s.files = ['lib/leans.rb']
  s.add_dependency 'plainly', '~> 1.0'
end
