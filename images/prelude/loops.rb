# The methods that the loops of a rewritten script call. `site` is the number of the loop in the script.
#
# One loop at a time is judged (see stretches.rb): checkpoints are between its iterations, and it may continue past the
# script's own count. Every other loop runs as written, and its iterations are counted.
module MATRIX_LOOP
  KEPT = :matrix_kept # a thread-local variable: several threads may evaluate the same loop

  class << self
    # RECEIVER.times { … }
    def times(site, count)
      return count.times unless block_given?
      return count.times { |i| yield i } unless Integer === count
      i = 0
      stretch = enter(site, count)
      begin
        while i < count && !(@cut && stretch)
          yield i
          i += 1
          stretch = done(site, stretch)
        end
        orderly = true
        if stretch && i >= count && continues?(stretch, i)
          begin
            while @stretch == stretch
              yield i
              i += 1
              round_done(site)
            end
          rescue StandardError => error
            stopped_past(stretch, count, error)
          end
        end
      ensure
        leave_stretch(stretch, orderly) if stretch
      end
      count
    end

    # RECEIVER.upto(…), downto, step, each on a range: yields the values of the script's own call, then further ones in the
    # same steps.
    def each(site, receiver, name, *arguments)
      return receiver.__send__(name, *arguments) unless block_given?
      count = 0
      last = step = nil
      stretch = enter(site)
      begin
        result = receiver.__send__(name, *arguments) do |x|
          step = x - last if Numeric === x && Numeric === last
          last = x
          yield x
          count += 1
          stretch = done(site, stretch)
          break if @cut && stretch
        end
        orderly = true
        if stretch && count > 0 && !@cut && continues?(stretch, count)
          begin
            while @stretch == stretch
              if Numeric === last
                last += step || 1
                yield last
                round_done(site)
              else
                receiver.__send__(name, *arguments) { |x| yield x; round_done(site) }
              end
            end
          rescue StandardError => error
            stopped_past(stretch, count, error)
          end
        end
        result
      rescue StandardError
        orderly = past(site)
      ensure
        leave_stretch(stretch, orderly) if stretch
      end
    end

    # loop { … }
    def loop(site)
      return Kernel.loop unless block_given?
      stretch = enter(site)
      begin
        result = Kernel.loop do
          yield
          stretch = done(site, stretch)
          break if @cut && stretch
        end
        orderly = true
        result
      rescue StandardError
        orderly = past(site)
      ensure
        leave_stretch(stretch, orderly) if stretch
      end
    end

    # Called around a loop that can't be driven from here (while, until, for, each over a collection).
    def enter(site, count = 0)
      open_rounds(site) if @rounds[site]
      if @stretch && @site == site && @owner == Thread.current
        @again += 1 # a method that calls itself: the outer loop is judged
        return nil
      end
      @roots[site] ? begin_stretch(site, count) : nil
    end

    def leave(site)
      @rounds_open.delete(site) if @rounds[site]
      return unless @stretch && @site == site && @owner == Thread.current
      return @again -= 1 if @again > 0
      leave_stretch(@stretch, $!.equal?(@error_before))
    end

    # Called at the beginning of such a loop's body, or of one that collects (map, inject).
    def tick(site)
      if @site == site
        @collecting ? counted(site) : round_done(site)
      else
        counted(site)
        @rounds[site] ? promote(site) : begin_stretch(site) if @owner.nil? && (@rounds[site] || @roots[site])
      end
      nil
    end

    # `i < 1000 || on(site)`: whether a loop continues that its own condition would end.
    def on(site)
      return false unless judged_here?(site)
      return true if @past
      count = @counts[site] - @began_at
      return false unless count > 0 && continues?(@stretch, count)
      @past = count
      true
    end

    # Keeps the value of an expression that is evaluated again while again?(site).
    def keep(site, value)
      Thread.current[KEPT] = value
    end

    def kept(site)
      value = Thread.current[KEPT]
      Thread.current[KEPT] = nil
      value
    end

    def again?(site)
      return false unless judged_here?(site)
      count = @counts[site] - @began_at
      return false unless count > @evaluated && continues?(@stretch, count)
      @past ||= count
      @evaluated = count
      Thread.current[KEPT] = nil
      due if @collecting && @n >= @next # nothing refers to what it collected any more
      @site == site
    end

    # Handles an exception in the body: after the script's own count it ends the loop, before it is the script's.
    def past(site)
      raise $! unless @past && @site == site && @stretch && mine?
      stopped_past(@stretch, @past, $!)
      true
    end

    private

    # True where this is the judged loop, and not the same one inside of itself.
    def judged_here?(site)
      @site == site && @stretch && @again == 0 && mine?
    end

    # Called after an iteration. Begins to judge a loop that ran beside another one when that has ended.
    def done(site, stretch)
      if stretch
        round_done(site)
        stretch
      else
        counted(site)
        @owner.nil? && @roots[site] ? begin_stretch(site) : nil
      end
    end

    def counted(site)
      @counts[site] += 1
      ask_clock if (@n += 1) >= @hard
    end

    def round_done(site)
      @counts[site] += 1
      due if (@n += 1) >= @next
    end

    # Whether the loop continues past the script's own count: only where that would not affect later loops that could
    # be judged.
    def continues?(stretch, count)
      return false if @cut || @stretch != stretch || !@extended[@site]
      return true if @focus || count >= FEW
      now - @began_ns - @spent_ns >= WORKING # a few quick rounds set up or end something: they are not the subject
    end

    def stopped_past(stretch, count, error)
      about = [error.class.to_s, count.to_s, error.message.to_s[0, 500]].join("\0")
      say "P #{[about].pack('m0')}" if @stretch == stretch
    end
  end
end
