$last_words = []
i = 0
# ---- loop ----
i += 1
threads = Array.new(12) do |n|
  Thread.new { Array.new(700) { |m| 't' * (300 + (m * n + i) % 9_000) }.map(&:size).inject(:+) }
end
$last_words << threads.map(&:value).join(' ')
