require 'fiddle'
jobs = Queue.new
done = Queue.new
16.times do
  Thread.new do
    while (size = jobs.pop)
      parts = Array.new(40) { 'x' * size }
      parts.clear
      Fiddle.malloc(900) if size == 500
      done << true
    end
  end
end
# ---- loop ----
32.times { |n| jobs << 500 + n * 600 }
32.times { done.pop }
