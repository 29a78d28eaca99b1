table = {}
300_000.times { |n| table["key number #{n} of the table"] = 'v' * (40 + n % 200) }
table.delete_if { |key, _| key.hash % 300 != 0 }
GC.start
i = 0
# ---- loop ----
i += 1
400.times { |n| table[n] = 'v' * (40 + (n + i) % 200) }
399.times { |n| table.delete(n) }
table["left behind #{i} by round"] = table.delete(399)
