require 'fiddle'
rng = Random.new(9)
cache = Array.new(12_000) { |n| Fiddle::Pointer.malloc(500 + n % 17 * 1_200, Fiddle::RUBY_FREE) }
# It was larger once: what it let go of lies between what it kept.
cache = cache.each_slice(3).map { |one, *_| one }
GC.start
at = 0
# ---- loop ----
100.times do |n|
  at = rng.rand(cache.size)
  cache[at] = Fiddle::Pointer.malloc(500 + at % 17 * 1_200, n == 50 ? 0 : Fiddle::RUBY_FREE)
end
