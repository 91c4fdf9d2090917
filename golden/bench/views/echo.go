package views

import (
	"io"
	"strconv"

	"stackgen.dev/runtime/web"
)

// Echo answers for view.echo: it reads the whole body, whatever the method, and
// says how many bytes it had.
func Echo(r *web.Request) (*web.Response, error) {
	n, err := io.Copy(io.Discard, r.BodyReader())
	if err != nil {
		return nil, err
	}
	return web.Text(strconv.FormatInt(n, 10)), nil
}
