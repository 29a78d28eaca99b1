# A stretch is what is judged: a loop in one context, which is the test or method that runs it and the round of a table it
# runs in. The first loop that a thread enters begins one; the loops inside of it are counted. There is one at a time.
module MATRIX_LOOP
  FEW = 50 # a loop of fewer rounds only continues where they take …
  WORKING = 20 * MS # … this long together
  MOST_STRETCHES = 48
  MOST_ROUNDS = 16 # rounds of a table that are distinguished
  MANY_ROUNDS = 32 # a longer collection is a loop like any other

  class << self
    private

    # Reads `loops=`, a letter for each loop: d driven, c counted, k collecting, r rounds; w, m, e: counted, collecting and
    # rounds that cannot continue past the script's own count. Upper case: continues even where other loops are judged, too.
    # `focus=`: the only loop that this container measures, in the context `context=`.
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
      @roots = (0...letters.size).map { |site| @focus ? site == @focus : 'dcw'.include?(kinds[site]) }
      @rounds = (0...letters.size).map { |site| 're'.include?(kinds[site]) }
      @collects = (0...letters.size).map { |site| 'km'.include?(kinds[site]) }
      @extended = (0...letters.size).map { |site| !exact && (@focus ? site == @focus && 'dckr'.include?(kinds[site]) : letters[site] != kinds[site]) }
      @promoted = (0...letters.size).map { |site| @focus.nil? || site == @focus }
      @round_base = Array.new(letters.size, 0)
      @rounds_open = []
      @stretches = {}
      @again = 0
      @gate = Mutex.new
    end

    def open_rounds(site)
      @round_base[site] = @counts[site]
      # An unfinished enumerator never leaves its loop, so it may be here already.
      @rounds_open << site unless @rounds_open.include?(site)
    end

    # Judges a long collection itself, from here on, where no loop inside of it was judged.
    def promote(site)
      return unless @promoted[site] && @counts[site] - @round_base[site] == MANY_ROUNDS
      @roots[site] = true
      begin_stretch(site)
    end

    # Begins a stretch and returns its number; nil where the loop has to run as written.
    def begin_stretch(site, count = 0)
      me = Thread.current
      return nil unless may_begin?(me) && Process.pid == @pid
      context = context_of(site)
      return nil if @focus_context && !same_context?(context)
      return nil unless gate_opens?(me)
      begin
        fresh = take_over(site, context, me, count) if may_begin?(me)
      ensure
        @gate.unlock
      end
      return nil if fresh.nil?
      fresh ? first_checkpoint : resume_stretch
      @stretch
    end

    # True where no other thread's loop is judged now; the main thread takes precedence over others.
    def may_begin?(me)
      @owner.nil? || (me == @main && @owner != @main && @focus.nil?)
    end

    # Locks the gate, which keeps two threads from beginning at once.
    def gate_opens?(me)
      return @gate.try_lock unless me == @main
      Thread.pass until @gate.try_lock
      true
    end

    # True for a new stretch, false for one that continues; nil where there is no room for another.
    def take_over(site, context, me, count)
      key = "#{site} #{context}"
      number = @stretches[key]
      return nil if number.nil? && @stretches.size >= MOST_STRETCHES
      if @owner
        say "L #{@stretch} taken #{@counts[@site]}"
        hand_over
      end
      @owner = me
      fresh = number.nil?
      if fresh
        number = @stretches[key] = @stretches.size
        say "S #{number} #{site} #{[context].pack('m0')}"
      end
      @rounds_open.each { |round| @promoted[round] = false unless round == site }
      @cut = false
      @past = nil # its own count, once it continues past that
      @collecting = @collects[site]
      @began_at = @counts[site]
      @evaluated = 0
      @expected = count # as written; 0 where only running it can tell
      @again = 0
      @error_before = $!
      @resumed_ns = @began_ns = now
      @spent_ns = 0
      @at = @n
      @site = site
      @stretch = number
      fresh
    end

    # Ends the stretch. Its loop ended by break, by its count or condition, or by an exception.
    def leave_stretch(number, orderly)
      return unless @stretch == number && mine?
      last_checkpoint if orderly && !@collecting # what it collected belongs to its caller
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
      pause_stretch
      @owner = @site = @stretch = nil
      @next = @hard = FAR
    end

    def mine?
      return true if @owner == Thread.current && Process.pid == @pid
      @next = @hard = FAR if Process.pid != @pid # a forked child is not measured
      false
    end

    # Compares a context with the requested one, in which empty parts match any.
    def same_context?(context)
      found = context.split("\0", -1)
      @focus_context.split("\0", -1).each_with_index.all? { |part, i| part.empty? || part == found[i] }
    end

    # Returns "METHOD\0LINE\0ROUND": the outermost method or test of the script in the call stack, the line of its call,
    # the rounds of the tables around it; a part is empty where there is none.
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
