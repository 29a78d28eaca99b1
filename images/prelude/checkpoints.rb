# Stops the loop at checkpoints. A checkpoint is a short dialogue: a full GC, one line with what this process knows
# about itself, and the wait for the supervisor, which reads the rest from outside.
module MATRIX_LOOP
  # Number of early checkpoints of a loop that may end at any moment, and the part of a loop's time that is between two
  # checkpoints. Every 500 checkpoints the next of these apply, since many stretches would be too much data.
  MOST_HASTY = [120, 24, 8, 4]
  SHARES = [160, 24, 8, 4]
  A_RUN_HAS = 500

  REST = 50 * MS # longest wait for other threads

  VAIN = 4 # second collections in a row that freed nothing, after which the next ones are left out

  @total = 0 # checkpoints of all stretches
  @in_vain = 0 # second collections in a row that freed nothing
  @restless = 0 # checkpoints since other threads were last idle
  @left_n = Array.new(MOST_STRETCHES, 0)
  @left_ns = Array.new(MOST_STRETCHES, 0)
  @left_taken = Array.new(MOST_STRETCHES, 0)

  class << self
    private

    def first_checkpoint
      @frugal = @total / A_RUN_HAS
      @frugal = SHARES.size - 1 if @frugal >= SHARES.size
      @taken = 0
      @in_vain = 0
      @carried = false
      @stretch_n = @n
      @stretch_ns = @loop_ns
      checkpoint('o')
    end

    # Resumes a loop that ran before in the same context: the same stretch, without a checkpoint at its beginning and end.
    def resume_stretch
      @carried = true
      @taken = @left_taken[@stretch]
      @at = @n - @left_n[@stretch]
      @resumed_ns -= @left_ns[@stretch]
      @stretch_n = @n
      @stretch_ns = @loop_ns
      @next = @hard = @n + 1
    end

    def pause_stretch
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

    # True where a checkpoint is overdue: with slow collections the clock would postpone it again and again (see plan).
    def overdue?
      run = @n - @stretch_n
      @costly && run >= 96 && @n - @at >= run / 12
    end

    # Makes a checkpoint inside of a long iteration when it is time. Any thread may call it: the owner of the loop may be
    # waiting for the others.
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
      wait_for_others if boundary == 'o'
      collect
      known = "#{live_slots} #{slot_bytes} #{page_bytes} #{memsize}"
      if ask("C #{@n} #{boundary} #{@loop_ns} #{known} #{@stretch} #{iterations}") == 't'
        'x' * 4096 # the probe trims at the next malloc: this one
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

    # Returns the iterations of every loop that has run: `3:1000,4:20`.
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

    # Chooses the time to the next checkpoint: longer as the run grows (a run of any length has a few hundred) and as
    # checkpoints cost more (a growing heap takes longer to collect), shorter for the first few. It is jittered: equal
    # distances would alias with a sawtooth.
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

    # Estimates the iteration at which that time is over, from the last `done` iterations.
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
      # A heap that takes ever longer to collect would move the checkpoints ever further apart; but the second half of the
      # run, which is judged, needs some.
      more = run / 8 if @costly && more > run / 8
      more = 1 if more < 1
      @next = @n + more
      @hard = @n + more
      @inner_due = false
    end

    # Moves every other checkpoint to anywhere inside an iteration, which distinguishes the loops in there.
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

    # True for a loop that may end at any moment: its first checkpoints go by count, since a short loop would end before the
    # clock's.
    def hasty?
      !@extended[@site] && @taken < MOST_HASTY[@frugal]
    end

    # Flushes the output: a settled verdict ends the script at once.
    def show_output
      STDOUT.flush
    rescue IOError, SystemCallError
      nil # closed, or nobody reads it: that only concerns the script
    end

    # Waits for other threads to become idle, since objects that they use are alive; less and less often for threads that
    # never are.
    def wait_for_others
      return @restless += 1 unless (@restless & (@restless - 1)) == 0 # after 1, 2, 4, 8, …
      others = Thread.list
      others.delete(Thread.current)
      began = now
      until others.all? { |thread| thread.stop? }
        return @restless += 1 if now - began > REST
        IO.select(nil, nil, nil, 0.001)
      end
      @restless = 0
    end

    # Collects twice, since the next collection frees what finalisers released: while that frees anything, and now and then
    # later. Once where collections are slow, so that the next checkpoint comes earlier.
    def collect
      disabled = GC.enable
      began = now
      GC.start
      collect_again if now - began < 12 * MS
      GC.disable if disabled
    end

    def collect_again
      return if @in_vain >= VAIN && (@taken & (@taken - 1)) != 0 # after 8, 16, 32, …
      live = live_slots
      GC.start
      @in_vain = live_slots == live ? @in_vain + 1 : 0
    end
  end
end
