package site

import (
	"fmt"
	"strconv"
	"syscall"
)

// setUmask sets the file mode creation mask, written in octal; "" leaves it
// (gunicorn umask).
func setUmask(text string) error {
	if text == "" {
		return nil
	}
	mask, err := strconv.ParseUint(text, 8, 12)
	if err != nil || mask > 0o777 {
		return fmt.Errorf("workers.umask is %q: it has to be octal, such as \"027\"", text)
	}
	syscall.Umask(int(mask))
	return nil
}
