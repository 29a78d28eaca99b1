rng = Random.new(13)
arrays = Array.new(300) { [] }
# ---- loop ----
arrays.each { |one| rng.rand(1_500).times { |n| one << n } }
arrays.each { |one| one.shift(one.size - 3) if one.size > 4_000 }
arrays[rng.rand(arrays.size)] = []
