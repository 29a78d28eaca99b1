rng = Random.new(7)
long = Array.new(20_000) { 'l' * 100 }
burst = Array.new(40_000) { |n| [('s' * (200 + n % 1_500)), ('l' * 60)] }
long.concat(burst.each_slice(8).map { |some| some[0][1] })
burst = nil
at = 0
# ---- loop ----
200.times do
  at = (at + 1) % long.size
  short = Array.new(4) { 's' * (200 + rng.rand(3_000)) }
  long[at] = 'l' * (60 + rng.rand(60))
  short.clear
end
