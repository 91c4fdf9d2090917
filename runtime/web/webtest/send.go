package webtest

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/web"
)

// MaxRedirects is how many redirects a client follows before it panics.
const MaxRedirects = 20

// Put sends content by PUT.
func (c *Client) Put(target, contentType, body string) *Response {
	return c.Do(Request{Method: "PUT", Target: target, ContentType: contentType, Body: body})
}

// Patch sends content by PATCH.
func (c *Client) Patch(target, contentType, body string) *Response {
	return c.Do(Request{Method: "PATCH", Target: target, ContentType: contentType, Body: body})
}

// Delete sends DELETE.
func (c *Client) Delete(target string) *Response {
	return c.Do(Request{Method: "DELETE", Target: target})
}

// Head asks for a page's head.
func (c *Client) Head(target string) *Response { return c.Do(Request{Method: "HEAD", Target: target}) }

// JSON sends a value as JSON by that method.
func (c *Client) JSON(method, target string, value any) *Response {
	b, err := json.Marshal(value)
	if err != nil {
		panic("webtest: " + err.Error())
	}
	return c.Do(Request{Method: method, Target: target, ContentType: "application/json", Body: string(b)})
}

// File is a file of a form.
type File struct {
	// Field is the form's field, Name what the file is called at the visitor's.
	Field, Name string
	// ContentType is what the browser says; application/octet-stream where it is empty.
	ContentType string
	Content     string
}

// Upload sends a form with files: multipart/form-data. form is names and values in turn.
func (c *Client) Upload(target string, files []File, form ...string) *Response {
	v := pairs(form)
	if token := c.Cookie(c.csrfCookie()); token != "" && !v.Has("csrfmiddlewaretoken") {
		v = v.Add("csrfmiddlewaretoken", token)
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, name := range v.Names() {
		for _, value := range v.All(name) {
			w.WriteField(name, value) // a Buffer does not fail
		}
	}
	for _, f := range files {
		kind := f.ContentType
		if kind == "" {
			kind = "application/octet-stream"
		}
		part, _ := w.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {multipart.FileContentDisposition(f.Field, f.Name)}, "Content-Type": {kind},
		})
		part.Write([]byte(f.Content))
	}
	w.Close()
	r := Request{Method: "POST", Target: target, ContentType: w.FormDataContentType(), Body: b.String()}
	if c.Secure {
		r.Header = [][2]string{{"Origin", "https://" + c.Host}}
	}
	return c.Do(r)
}

// Decode reads an answer that is JSON.
func (r *Response) Decode(into any) error { return json.Unmarshal([]byte(r.Body), into) }

// pairs are names and values in turn.
func pairs(form []string) web.Values {
	if len(form)%2 != 0 {
		panic("webtest: a form is names and values in turn")
	}
	var v web.Values
	for i := 0; i < len(form); i += 2 {
		v = v.Add(form[i], form[i+1])
	}
	return v
}

func (c *Client) csrfCookie() string {
	if c.CSRFCookie == "" {
		return "csrftoken"
	}
	return c.CSRFCookie
}

// anySecret is what a client has for a secret that has not been given one.
const anySecret = "webtestwebtestwebtestwebtestwebt"

// passing adds to a request that could change something what a page of the site
// would have sent along: the cookie's secret, and where the page is from.
func (c *Client) passing(r Request) Request {
	switch r.Method {
	case "", "GET", "HEAD", "OPTIONS", "TRACE":
		return r
	}
	header := c.CSRFHeader
	if header == "" {
		header = "X-CSRFToken"
	}
	if c.Cookie(c.csrfCookie()) == "" {
		c.SetCookie(c.csrfCookie(), anySecret)
	}
	has := func(name string) bool {
		for _, f := range r.Header {
			if strings.EqualFold(f[0], name) {
				return true
			}
		}
		return false
	}
	fields := append([][2]string{}, r.Header...)
	if !has(header) {
		fields = append(fields, [2]string{header, c.Cookie(c.csrfCookie())})
	}
	if c.Secure && !has("Origin") && !has("Referer") {
		fields = append(fields, [2]string{"Origin", "https://" + c.Host})
	}
	r.Header = fields
	return r
}

// keep does with a Set-Cookie field what a browser does.
func (c *Client) keep(line string) {
	pair, attributes, _ := strings.Cut(line, ";")
	name, value, _ := strings.Cut(pair, "=")
	for attribute := range strings.SplitSeq(attributes, ";") {
		key, text, _ := strings.Cut(strings.TrimSpace(attribute), "=")
		switch strings.ToLower(key) {
		case "max-age":
			if n, err := strconv.Atoi(text); err == nil && n <= 0 {
				value = ""
			}
		case "expires":
			if at, err := http.ParseTime(text); err == nil && at.Before(time.Now()) {
				value = ""
			}
		}
	}
	c.SetCookie(name, value)
}

// follow goes where redirects lead. One to another host goes to the same handler,
// under that host.
func (c *Client) follow(r Request, out *Response) *Response {
	host, secure := c.Host, c.Secure
	defer func() { c.Host, c.Secure = host, secure }()
	var gone []string
	for {
		switch out.Status {
		case 301, 302, 303, 307, 308:
		default:
			out.Redirects = gone
			return out
		}
		to := out.Header("Location")
		if len(gone) == MaxRedirects {
			panic("webtest: " + r.Target + ": more redirects than a browser follows: " + strings.Join(gone, " "))
		}
		gone = append(gone, to)
		here, err := url.Parse(r.Target)
		if err != nil {
			panic("webtest: " + err.Error())
		}
		there, err := here.Parse(to)
		if err != nil {
			panic("webtest: Location: " + to + ": " + err.Error())
		}
		if there.Host != "" {
			c.Host, c.Secure = there.Host, there.Scheme == "https"
		}
		r.Target = there.RequestURI()
		if out.Status < 307 && r.Method != "HEAD" {
			r = Request{Target: r.Target} // what the visitor sees next (RFC 9110, section 15.4)
		}
		out = c.once(r)
	}
}

// TakeCookies gives the client the cookies of another.
func (c *Client) TakeCookies(from *Client) { c.cookies = slices.Clone(from.cookies) }
