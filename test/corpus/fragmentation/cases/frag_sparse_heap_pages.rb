many = Array.new(900_000) { |n| Object.new }
kept = (0...many.size).step(400).map { |n| many[n] }
many = nil
GC.start
at = 0
# ---- loop ----
few = Array.new(1_000) { Object.new }
at = (at + 1) % 100
kept[at] = few[500]
