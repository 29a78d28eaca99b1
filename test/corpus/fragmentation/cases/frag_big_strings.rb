rng = Random.new(3)
pins = Array.new(500) { 'p' * 120 }
i = 0
# ---- loop ----
i += 1
big = Array.new(4) { 'b' * (200_000 + rng.rand(800_000)) }
pins[i % 500] = 'p' * 120
big.clear
