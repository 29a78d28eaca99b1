# Stops the loop at checkpoints. A checkpoint is a short dialogue: a full GC, one line with what this process knows
# about itself, and the wait for the supervisor, which reads the rest from outside.
module MATRIX_LOOP
  # Checkpoints of a loop that may end at any moment, and the part of its time between them. Many stretches with that
  # many each would be too much data, so later stretches get fewer.
  MOST_HASTY = [120, 24, 8, 4]
  SHARES = [160, 24, 8, 4]
  A_RUN_HAS = 500

  REST = 50 * MS # longest wait for other threads

  @total = 0 # checkpoints of all stretches
  @restless = 0 # checkpoints since they last came to rest
  @left_n = Array.new(MOST_STRETCHES, 0)
  @left_ns = Array.new(MOST_STRETCHES, 0)
  @left_taken = Array.new(MOST_STRETCHES, 0)

  class << self
    private

    def first_checkpoint
      @frugal = @total / A_RUN_HAS
      @frugal = SHARES.size - 1 if @frugal >= SHARES.size
      @taken = 0
      @carried = false
      @stretch_n = @n
      @stretch_ns = @loop_ns
      checkpoint('o')
    end

    # Resumes a loop that ran before in the same context: it is the same stretch, and no checkpoint is due at its
    # ends.
    def carry_on
      @carried = true
      @taken = @left_taken[@stretch]
      @at = @n - @left_n[@stretch]
      @resumed_ns -= @left_ns[@stretch]
      @stretch_n = @n
      @stretch_ns = @loop_ns
      @next = @hard = @n + 1
    end

    def set_aside
      @left_n[@stretch] = @n - @at
      @left_ns[@stretch] = now - @resumed_ns
      @left_taken[@stretch] = @taken
    end

    def last_checkpoint
      checkpoint('o') if @n > @at && (!@carried || now - @resumed_ns >= @target_ns)
    end

    def due
      return unless mine?
      since = now - @resumed_ns
      if since * 2 < @target_ns && !hasty? && !overdue?
        plan(@n - @at, since)
      else
        checkpoint('o')
      end
    end

    # True where a checkpoint is overdue: with slow collections the clock would postpone it again and again, see plan.
    def overdue?
      run = @n - @stretch_n
      @costly && run >= 96 && @n - @at >= run / 12
    end

    # May be called by any thread: the owner of the loop may be waiting for the others.
    def ask_clock
      return if @asking || @stretch.nil? || @collecting || (@explain && @owner != Thread.current)
      if Process.pid != @pid
        @next = @hard = FAR
        return
      end
      return checkpoint('i') if @inner_due && @owner == Thread.current
      since = now - @resumed_ns
      wait = 250 * MS > 4 * @target_ns ? 250 * MS : 4 * @target_ns
      if since >= wait
        checkpoint('i')
      else
        done = @n - @at
        more = since > 0 ? done * (wait - since) / since : done
        more = done * 4 if more > done * 4
        @hard = @n + (more < 1 ? 1 : more)
      end
    end

    def checkpoint(boundary)
      Thread.pass while @asking # one dialogue at a time
      @asking = true
      take(boundary)
    ensure
      @asking = false
    end

    def take(boundary)
      stretch = @stretch
      began = now
      batch_ns = began - @resumed_ns
      @loop_ns += batch_ns
      show_output
      let_others_rest if boundary == 'o'
      collect
      known = "#{live_slots} #{slot_bytes} #{page_bytes} #{memsize}"
      if ask("C #{@n} #{boundary} #{@loop_ns} #{known} #{@stretch} #{iterations}") == 't'
        'x' * 4096 # the probe trims at the next malloc, which is this one
        ask('T')
      end
      return if @stretch != stretch # the loop was left, or taken over, while another thread asked
      done = @n - @at
      @at = @n
      @resumed_ns = now
      @spent_ns += @resumed_ns - began
      @cut = true if @share_ns > 0 && !@extended[@site] && @resumed_ns - @began_ns > @share_ns
      space_out(began)
      plan(done, batch_ns)
      inner_turn(boundary) if @inner_turns
    end

    # `3:1000,4:20`: iterations of every loop that has run.
    def iterations
      text = ''
      site = 0
      while site < @counts.size
        count = @counts[site]
        text = "#{text}#{text.empty? ? '' : ','}#{site}:#{count}" if count > 0
        site += 1
      end
      text.empty? ? '-' : text
    end

    # Plans the next checkpoint. Checkpoints are further apart as the run grows (a run of any length has a few
    # hundred) and as they cost more (a heap that grows takes longer to collect), the first few closer together. They
    # are jittered: at equal distances they would alias with a sawtooth.
    def space_out(began)
      @taken += 1
      @total += 1
      cost = @resumed_ns - began
      target = 10 * MS
      worth = @taken < 24 ? cost / 2 : cost * 3 / 2
      @costly = worth > target
      target = worth if @costly
      share = (@loop_ns - @stretch_ns + @spent_ns) / SHARES[@frugal]
      target = share if share > target
      @target_ns = target * (70 + chance(61)) / 100 * @scale / 100
    end

    def plan(done, took_ns)
      if done > 0 && took_ns > 0
        left = @target_ns - (now - @resumed_ns)
        left = @target_ns / 4 if left < @target_ns / 4
        more = done * left / took_ns
        more = done * 8 if more > done * 8
      else
        more = 1
      end
      run = @n - @stretch_n
      if hasty?
        step = run / 8 > @expected / 48 ? run / 8 : @expected / 48
        more = step if more > step
      end
      # A heap that takes ever longer to collect would push its checkpoints apart forever: the second half of the run,
      # which is judged, has to hold some.
      more = run / 8 if @costly && more > run / 8
      more = 1 if more < 1
      @next = @n + more
      @hard = @n + more
      @inner_due = false
    end

    # Every other checkpoint falls inside an iteration, anywhere in it: that distinguishes the loops in there.
    def inner_turn(boundary)
      return if boundary == 'i'
      more = @next - @n
      @hard = @n + 1 + more * (50 + chance(101)) / 100
      @next = @n + 2 * more
      @inner_due = true
    end

    def chance(below)
      @seed = (@seed * 1_103_515_245 + 12_345) & 0x3fffffff
      (@seed >> 8) % below
    end

    # True for a loop that may end at any moment: it gets its first checkpoints by count, not by the clock, since a
    # short one would be over before.
    def hasty?
      !@extended[@site] && @taken < MOST_HASTY[@frugal]
    end

    # Flushes the output: a settled verdict ends the script at once.
    def show_output
      STDOUT.flush
    rescue IOError, SystemCallError
      nil # closed, or nobody reads it: the script's own affair
    end

    # Waits for other threads to become idle, since objects they work on are alive. Threads that are never idle are
    # waited for less and less often.
    def let_others_rest
      return @restless += 1 unless (@restless & (@restless - 1)) == 0 # asked after 1, 2, 4, 8, …
      others = Thread.list
      others.delete(Thread.current)
      began = now
      until others.all? { |thread| thread.stop? }
        return @restless += 1 if now - began > REST
        IO.select(nil, nil, nil, 0.001)
      end
      @restless = 0
    end

    # Collects twice, because objects released by a finaliser are only freed by the next collection; with a slow heap
    # an earlier next checkpoint is worth more than the second collection.
    def collect
      disabled = GC.enable
      began = now
      GC.start
      GC.start if now - began < 12 * MS
      GC.disable if disabled
    end
  end
end
