package main

import (
	"io"
	"net"
	"time"
)

// speed is how fast the core is: work that takes the same steps every time.
type speed struct {
	Compute float64 `json:"compute"` // nanoseconds for 1,000 dependent steps of arithmetic
	Kernel  float64 `json:"kernel"`  // nanoseconds for a write to a socket of the machine and the read of it; 0 when every batch was interrupted
	Sum     uint64  `json:"sum"`     // of the arithmetic, so that it is not left out
}

// batch is how many steps are timed at once: few enough that some batches are not
// interrupted even while other programs run on the core.
const batch = 20_000

// slowest is the nanoseconds that no kernel takes for a message: it was interrupted.
const slowest = 50_000

// probe measures both for half of the time each. The fastest batch counts: what
// interrupts is no property of the core.
func probe(d time.Duration) (s speed, err error) {
	x := uint64(88172645463325252)
	s.Compute, err = fastest(d/2, func() error {
		for range batch { // xorshift: each step needs the one before
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
		}
		return nil
	})
	s.Compute /= batch / 1000
	s.Sum = x
	if err != nil {
		return s, err
	}
	a, b, err := pair()
	if err != nil {
		return s, err
	}
	defer a.Close()
	defer b.Close()
	message := make([]byte, 128)
	const messages = 50
	s.Kernel, err = fastest(d/2, func() error {
		for range messages {
			if _, err := a.Write(message); err != nil {
				return err
			}
			if _, err := io.ReadFull(b, message); err != nil {
				return err
			}
		}
		return nil
	})
	if s.Kernel /= messages; s.Kernel > slowest {
		s.Kernel = 0
	}
	return s, err
}

// fastest repeats work for a while and returns the nanoseconds of the fastest time.
func fastest(d time.Duration, work func() error) (float64, error) {
	best := time.Duration(1<<63 - 1)
	for began := time.Now(); time.Since(began) < d; {
		start := time.Now()
		if err := work(); err != nil {
			return 0, err
		}
		best = min(best, time.Since(start))
	}
	return float64(best), nil
}

// pair is two ends of one loopback connection.
func pair() (a, b net.Conn, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	defer l.Close()
	if a, err = net.Dial("tcp", l.Addr().String()); err != nil {
		return nil, nil, err
	}
	if b, err = l.Accept(); err != nil {
		a.Close()
		return nil, nil, err
	}
	return a, b, nil
}
