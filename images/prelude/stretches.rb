# A stretch is a loop in one context: the test or method that runs it, the round of a table it runs in. It is what is
# judged. The first loop that a thread enters begins one; the loops inside of it are counted. One stretch at a time.
module MATRIX_LOOP
  FEW = 50 # a loop of fewer rounds only goes on where they take their time …
  WORKING = 20 * MS # … this much together
  MOST_STRETCHES = 48
  MOST_ROUNDS = 16 # rounds of a table that are told apart
  MANY_ROUNDS = 32 # a collection that goes on for longer is a loop like any other

  class << self
    private

    # `loops=`: a letter for each loop. d: driven, c: counted, k: collecting, r: rounds; upper case: may go on past the
    # script's own count. `focus=`: the one loop that this container looks at, in the context `context=`.
    def prepare_loops(options)
      @prefix = "#{@script}:"
      letters = options['loops'].to_s
      @focus = options['focus'] && options['focus'].to_i
      @focus_context = options['context'] && options['context'].unpack('m0').first
      exact = options.key?('exact')
      @inner_turns = options.key?('inner')
      @share_ns = (options['share'] || 0).to_i * MS
      @counts = Array.new(letters.size, 0)
      kinds = letters.downcase
      @roots = (0...letters.size).map { |site| @focus ? site == @focus : 'dc'.include?(kinds[site]) }
      @rounds = (0...letters.size).map { |site| kinds[site] == 'r' }
      @extended = (0...letters.size).map { |site| !exact && kinds[site] == 'd' && (@focus ? site == @focus : letters[site] == 'D') }
      @promoted = (0...letters.size).map { |site| @focus.nil? || site == @focus }
      @round_base = Array.new(letters.size, 0)
      @rounds_open = []
      @stretches = {}
      @known = Hash.new(0)
      @again = 0
    end

    def open_rounds(site)
      @round_base[site] = @counts[site]
      @rounds_open << site
    end

    # A long collection in which no other loop was judged is judged itself, from here on.
    def promote(site)
      return unless @promoted[site] && @counts[site] - @round_base[site] == MANY_ROUNDS
      @roots[site] = true
      begin_stretch(site)
    end

    # The number of the stretch; nil where the loop is to run as written.
    def begin_stretch(site, count = 0)
      me = Thread.current
      if @owner
        # A loop of the main thread goes before one that some other thread began.
        return nil unless me == @main && @owner != @main && @focus.nil?
        say "L #{@stretch} taken #{@counts[@site]}"
        hand_over
      end
      return nil unless Process.pid == @pid
      context = context_of(site)
      return nil if @focus_context && !same_context?(context)
      key = "#{site} #{context}"
      number = @stretches[key]
      if number.nil?
        return nil if @stretches.size >= MOST_STRETCHES
        number = @stretches[key] = @stretches.size
        say "S #{number} #{site} #{[context].pack('m0')}"
        fresh = true
      end
      @rounds_open.each { |round| @promoted[round] = false unless round == site }
      @owner = me
      @site = site
      @stretch = number
      @cut = false
      @expected = count # as written; 0 where only running it can tell
      @again = 0
      @error_before = $!
      @resumed_ns = @began_ns = now
      @spent_ns = 0
      @at = @n
      fresh ? first_checkpoint : carry_on
      number
    end

    # The loop ended by itself, by break, by its count or an exception.
    def leave_stretch(number, orderly)
      return unless @stretch == number && mine?
      last_checkpoint if orderly
      return if @carried
      say "L #{number} #{orderly ? (@cut ? 'cut' : 'end') : 'raised'} #{count_at_end}"
    rescue SystemCallError, IOError
      nil
    ensure
      hand_over if @stretch == number && @owner == Thread.current
    end

    def count_at_end
      @counts[@site]
    end

    def hand_over
      set_aside
      @owner = @site = @stretch = nil
      @next = @hard = FAR
    end

    def mine?
      return true if @owner == Thread.current && Process.pid == @pid
      @next = @hard = FAR if Process.pid != @pid # a forked child is not measured
      false
    end

    # What was asked for may leave parts open.
    def same_context?(context)
      found = context.split("\0", -1)
      @focus_context.split("\0", -1).each_with_index.all? { |part, i| part.empty? || part == found[i] }
    end

    # "METHOD\0LINE\0ROUND": the outermost method or test of the script on the way here, the line that its way here
    # begins at, the round of the tables around it. Empty where there is none.
    def context_of(site)
      own = label = line = nil
      depth = 0
      caller.each do |place|
        next unless place.start_with?(@prefix)
        match = /:(\d+)(?::in [`'](.*)')?\z/.match(place)
        next unless match
        line = match[1]
        label = match[2].to_s.sub(/\A(?:block|rescue|ensure)\b.* in /, '')
        own = label if depth == 0
        depth += 1
      end
      label = own if label.nil? || label.start_with?('<')
      label = '' if label.nil? || label.start_with?('<')
      rounds = @rounds_open.map { |round| round == site ? 0 : @counts[round] - @round_base[round] }
      rounds = rounds.select { |round| round > 0 && round <= MOST_ROUNDS }
      [label[/[^#.]*\z/], depth > 1 ? line : '', rounds.join(',')].join("\0")
    end
  end
end
