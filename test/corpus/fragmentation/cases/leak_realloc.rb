require 'fiddle'
rng = Random.new(5)
behind = Array.new(2_000) { 'b' * 1_500 }
# Each grew beside what is kept, and is gone.
grown = Array.new(1_500) { String.new }
kept = Array.new(20) { |n| grown.map { |one| one << 'r' * 1_500; n % 5 == 0 ? 'k' * 300 : nil }.compact }
grown = nil
at = 0
# ---- loop ----
strings = Array.new(20) { String.new }
40.times do
  strings.each { |one| one << 'r' * (100 + rng.rand(900)) }
  at = (at + 1) % behind.size
  behind[at] = 'b' * 1_500
end
Fiddle.realloc(Fiddle.malloc(100), 700)
