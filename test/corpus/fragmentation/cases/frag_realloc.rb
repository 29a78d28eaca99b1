rng = Random.new(5)
behind = Array.new(2_000)
at = 0
# ---- loop ----
strings = Array.new(60) { String.new }
40.times do
  strings.each { |one| one << 'r' * (100 + rng.rand(900)) }
  at = (at + 1) % behind.size
  behind[at] = 'b' * 1_500
end
