jobs = Queue.new
done = Queue.new
16.times do
  Thread.new do
    while (size = jobs.pop)
      parts = Array.new(40) { 'x' * size }
      parts.clear
      done << true
    end
  end
end
i = 0
# ---- loop ----
i += 1
32.times { |n| jobs << 500 + ((i + n) % 7) * 3_000 }
32.times { done.pop }
