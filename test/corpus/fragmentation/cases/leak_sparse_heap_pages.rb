many = Array.new(900_000) { |n| Object.new }
$kept = (0...many.size).step(400).map { |n| many[n] }
many = nil
GC.start
# ---- loop ----
few = Array.new(1_000) { Object.new }
$kept << few[500]
