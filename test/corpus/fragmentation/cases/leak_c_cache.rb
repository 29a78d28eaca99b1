require 'fiddle'
rng = Random.new(9)
cache = Array.new(4_000) { |n| Fiddle.malloc(500 + n % 17 * 1_200) }
at = 0
# ---- loop ----
100.times do |n|
  at = rng.rand(cache.size)
  Fiddle.free(cache[at].to_i) unless n == 50
  cache[at] = Fiddle.malloc(500 + at % 17 * 1_200)
end
