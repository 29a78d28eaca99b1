# Shortens sleeps to a millisecond in a loop that mostly waits: nothing is measured meanwhile. `--keep-sleep` leaves them as
# they are.
module MATRIX_LOOP
  SHORT = 0.001 # seconds
  LONG = 1 << 30 # seconds; Ruby may refuse to sleep longer

  class << self
    def sleep_for(*duration)
      seconds = duration.first
      return @sleep.call(*duration) unless duration.size == 1 && plain?(seconds) && waits_mostly?(seconds)
      @sleep.call(SHORT)
      seconds.round
    end

    private

    def shorten_sleeps
      @sleep = Kernel.method(:sleep)
      @slept_ns = 0
      Kernel.module_eval do
        def sleep(*duration)
          ::MATRIX_LOOP.sleep_for(*duration)
        end
        private :sleep
      end
      def Kernel.sleep(*duration)
        ::MATRIX_LOOP.sleep_for(*duration)
      end
    end

    # True for a plain number of seconds; Ruby itself handles anything else.
    def plain?(seconds)
      case seconds
      when Integer, Float, Rational then seconds > SHORT && seconds < LONG
      else false
      end
    end

    # True where the loop mostly waits: its sleeps are counted in full.
    def waits_mostly?(seconds)
      return false unless @stretch && @owner == Thread.current
      wanted = (seconds * 1000).to_i * MS
      worked = now - @began_ns - @spent_ns
      if @slept_stretch != @stretch
        @slept_stretch = @stretch
        @slept_ns = 0
      end
      @slept_ns += wanted
      return false unless @slept_ns > worked
      unless @reported_sleep
        @reported_sleep = true
        say "Z #{(seconds * 1000).to_i}"
      end
      true
    end
  end
end
