# Activates the gems of the image (images/gems) for a script: before it starts, or when it calls `gemfile`.
module MATRIX_GEMS
  FOLDER = '/opt/matrix-gems'
  MEASURED = '/opt/matrix/gems/measured'

  class << self
    def start
      lines = File.read(File.join(FOLDER, 'list')).split("\n").map { |line| line.split(' ') }
      @gems = lines.select { |word,| word == 'gem' }
      @required = lines.select { |word,| word == 'require' }
      ENV['GEM_PATH'] = ([FOLDER] + Gem.path).uniq.join(File::PATH_SEPARATOR)
      Gem.paths = { 'GEM_HOME' => FOLDER, 'GEM_PATH' => ENV['GEM_PATH'] }
      $LOAD_PATH.unshift(MEASURED)
      activate unless lines.include?(['inline'])
    end

    def activate
      return if @activated
      @activated = true
      @gems.each { |_, name, version| gem(name, "= #{version}") }
    end

    def require_groups(groups)
      groups = groups.empty? ? ['default'] : groups.map(&:to_s)
      @required.each { |_, group, path| load_one(path) if groups.include?(group) }
    end

    private

    # Requires a file. `?my-gem`: a gem that names no file, for which Bundler tries its name.
    def load_one(path)
      return require(path) unless path.start_with?('?')
      name = path[1..-1]
      begin
        require name
      rescue LoadError => error
        raise unless error.message.end_with?(" #{name}")
        begin
          require name.tr('-', '/') if name.include?('-')
        rescue LoadError => inner
          raise unless inner.message.end_with?(" #{name.tr('-', '/')}")
        end
      end
    end
  end
end

MATRIX_GEMS.start
