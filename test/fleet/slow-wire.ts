import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A wire between two programs of this machine that can stop carrying anything. */
export interface SlowWire extends AsyncDisposable {
  url(scheme: string): string;
  /** Carries nothing for these milliseconds, without closing anything. */
  hold(ms: number): void;
}

export async function slowWire(port: number): Promise<SlowWire> {
  const sockets = new Set<Socket>();
  let heldUntil = 0;
  const carry = (from: Socket, to: Socket): void => {
    from.on('data', (bytes) => {
      const wait = heldUntil - Date.now();
      if (wait <= 0) return void to.write(bytes);
      from.pause();
      setTimeout(() => {
        to.write(bytes);
        from.resume();
      }, wait);
    });
    from.on('close', () => to.destroy());
    from.on('error', () => to.destroy());
  };
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    carry(near, far);
    carry(far, near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  return {
    url: (scheme) => `${scheme}://127.0.0.1:${own}`,
    hold: (ms) => void (heldUntil = Date.now() + ms),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
