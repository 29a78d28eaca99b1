require 'socket'

# The gem source in a container without a network: a server on the loopback interface that passes each GET to the host, and
# returns the host's answer. There is no other connection.
class MATRIX_INSTALL::Mirror
  attr_reader :address

  # @param answers reads from the host: `STATUS BYTES`, then the bytes, in the order of the requests
  # @param ask sends a frame to the host
  def initialize(answers, ask)
    @answers = answers
    @ask = ask
    @turn = Mutex.new
    @server = TCPServer.new('127.0.0.1', 0)
    @address = "http://127.0.0.1:#{@server.addr[1]}/"
    Thread.new { accept }
  end

  private

  def accept
    loop do
      client = @server.accept
      Thread.new do
        begin
          serve(client)
        rescue SystemCallError, IOError
          nil # the client is gone
        ensure
          client.close unless client.closed?
        end
      end
    end
  end

  def serve(client)
    verb, path = client.gets.to_s.split(' ')
    nil until ['', nil].include?((client.gets || '').chomp)
    return if path.nil?
    status, body = verb == 'GET' ? fetch(path.sub(%r{\Ahttp://[^/]+}, '')) : [405, '']
    client.write("HTTP/1.1 #{status} #{status == 200 ? 'OK' : 'No'}\r\nContent-Length: #{body.bytesize}\r\n" \
                 "Content-Type: application/octet-stream\r\nConnection: close\r\n\r\n")
    client.write(body)
  end

  def fetch(path)
    @turn.synchronize do
      @ask.call("G #{path}")
      status, bytes = @answers.gets.to_s.split(' ').map(&:to_i)
      [status, bytes.to_i == 0 ? '' : @answers.read(bytes)]
    end
  end
end
