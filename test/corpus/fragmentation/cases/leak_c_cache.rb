require 'fiddle'
rng = Random.new(9)
cache = Array.new(12_000) { |n| Fiddle.malloc(500 + n % 17 * 1_200) }
# It was larger once: what it let go of lies between what it kept.
cache = cache.each_slice(3).map { |a, b, c| [b, c].each { |block| Fiddle.free(block.to_i) } && a }
at = 0
# ---- loop ----
100.times do |n|
  at = rng.rand(cache.size)
  Fiddle.free(cache[at].to_i) unless n == 50
  cache[at] = Fiddle.malloc(500 + at % 17 * 1_200)
end
