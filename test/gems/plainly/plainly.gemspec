Gem::Specification.new do |s|
  s.name = 'plainly'
  s.version = '1.0.0'
  s.summary = 'Pure Ruby'
  s.authors = ['Matrix']
  s.files = ['lib/plainly.rb']
end
