package supervisor

import "testing"

// What the Go runtime writes of a crash, and the cause that the log tells.
func TestReadCrash(t *testing.T) {
	tests := []struct{ name, head, want string }{
		{"nothing", "", ""},
		{"panic", "panic: it is over\n\ngoroutine 7 [running]:\nmain.f()\n", "panic: it is over"},
		{"signal", "SIGQUIT: quit\nPC=0x1\n", "SIGQUIT: quit"},
		{"stack overflow", "runtime stack:\nruntime.throw({0x1?, 0x2?})\n\truntime/panic.go:1229 +0x48\nruntime.newstack()\n\truntime/stack.go:1207\n\ngoroutine 9 [running]:\nshop/views.overflow(0x1)\n\tshop/views/views.go:77\n",
			"fatal error: stack overflow in shop/views.overflow"},
		{"map", "goroutine 9 [running]:\ninternal/runtime/maps.fatal({0x1, 0x2})\n\tx.go:1\nshop/views.Count(0x1)\n\ty.go:2\n",
			"fatal error: concurrent map access in shop/views.Count"},
		{"another", "goroutine 9 [running]:\nruntime.throw({0x1, 0x2})\n\tx.go:1\n", "fatal error"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := readCrash(tt.head); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
