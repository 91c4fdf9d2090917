package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"
	"unicode/utf8"
)

// The limits of what is read into memory, unless the Config says otherwise
// (DATA_UPLOAD_MAX_MEMORY_SIZE, DATA_UPLOAD_MAX_NUMBER_FIELDS).
const (
	DefaultFormMemory = 2621440 // bytes
	DefaultFormFields = 1000
)

// BodyReader streams the content, within the limits of the proxy; it is empty
// and never nil where the request has none. What was read from it is not there for Body, Form and JSON.
func (r *Request) BodyReader() io.Reader {
	if r.x.Request.Body == nil {
		return strings.NewReader("")
	}
	return r.x.Request.Body
}

// Body reads the content into memory, once. It fails with TooLarge beyond the
// site's limit for forms.
func (r *Request) Body() ([]byte, error) {
	if !r.bodyRead {
		r.bodyRead = true
		r.body, r.bodyErr = r.readBody()
	}
	return r.body, r.bodyErr
}

func (r *Request) readBody() ([]byte, error) {
	in := &r.x.Request
	if in.Body == nil {
		return nil, nil
	}
	limit := r.app.memory
	if in.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	var b bytes.Buffer
	if in.ContentLength > 0 {
		b.Grow(int(in.ContentLength) + bytes.MinRead)
	}
	n, err := b.ReadFrom(io.LimitReader(in.Body, limit+1))
	if err != nil {
		return nil, fmt.Errorf("web: read the request body: %w", err)
	}
	if n > limit {
		return nil, tooLarge(limit)
	}
	return b.Bytes(), nil
}

func tooLarge(limit int64) error {
	return TooLarge.With(fmt.Sprintf("The request body is larger than %d bytes.", limit))
}

// ContentType is the media type of the content, in lower case and without
// parameters: "application/json". Empty where there is none or it is malformed.
func (r *Request) ContentType() string {
	kind, _ := r.contentType()
	return kind
}

func (r *Request) contentType() (string, map[string]string) {
	kind, params, err := mime.ParseMediaType(r.Header("Content-Type"))
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return "", nil
	}
	return kind, params
}

// Form is the fields of a form that was sent with POST, PUT or PATCH
// (request.POST): URL-encoded or multipart, whose files are there for Files.
// Any other content is an empty form.
// It fails with TooLarge beyond the site's limits and BadRequest for a malformed one.
func (r *Request) Form() (Values, error) {
	if !r.formRead {
		r.formRead = true
		r.form, r.formErr = r.readForm()
	}
	return r.form, r.formErr
}

func (r *Request) readForm() (Values, error) {
	switch r.Method() {
	case "POST", "PUT", "PATCH":
	default:
		return Values{}, nil
	}
	if r.x.Request.Body == nil {
		return Values{}, nil
	}
	kind, params := r.contentType()
	switch kind {
	case "application/x-www-form-urlencoded":
		if !isUTF8(params) {
			return Values{}, BadRequest.With("A form that is sent as application/x-www-form-urlencoded must be in UTF-8.")
		}
		body, err := r.Body()
		if err != nil {
			return Values{}, err
		}
		v, ok := ParseQuery(body, r.app.fields)
		if !ok {
			return Values{}, r.tooMany()
		}
		return v, nil
	case "multipart/form-data":
		return r.readMultipart(params["boundary"])
	}
	return Values{}, nil
}

// Files are the files of a multipart form that was sent with POST, PUT or PATCH
// (request.FILES). They are good as long as the request is. It fails as Form does.
func (r *Request) Files() (Uploads, error) {
	if _, err := r.Form(); err != nil {
		return Uploads{}, err
	}
	return r.files, nil
}

func (r *Request) tooManyFiles() error {
	return BadRequest.With(fmt.Sprintf("The form has more than %d files.", r.app.files))
}

func (r *Request) tooMany() error {
	return BadRequest.With(fmt.Sprintf("The form has more than %d fields.", r.app.fields))
}

// isUTF8 reports whether the parameters of a type say no other charset.
func isUTF8(params map[string]string) bool {
	charset := params["charset"]
	return charset == "" || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8")
}

// JSON reads the content, one JSON value, into v. It fails with
// UnsupportedMediaType where the client says that it is something else, with
// BadRequest where it is no JSON or none for v, with TooLarge beyond the limit of Body.
func (r *Request) JSON(v any) error {
	kind, params := r.contentType()
	if kind != "application/json" && !strings.HasSuffix(kind, "+json") {
		return UnsupportedMediaType.With("The request body must be JSON (application/json).")
	}
	if !isUTF8(params) {
		return UnsupportedMediaType.With("The JSON must be in UTF-8.")
	}
	body, err := r.Body()
	if err != nil {
		return err
	}
	if !utf8.Valid(body) { // the decoder would put other characters in its place
		return BadRequest.With("The request body is not UTF-8.")
	}
	if deeper(body, maxJSONDepth) {
		return BadRequest.With(fmt.Sprintf("The JSON is nested deeper than %d levels.", maxJSONDepth))
	}
	if err := json.Unmarshal(body, v); err != nil {
		return BadRequest.With("The request body is not the JSON that is expected here: " + jsonReason(err)).Because(err)
	}
	return nil
}

// maxJSONDepth is how deep lists and objects may stand in each other.
const maxJSONDepth = 64

// deeper reports whether lists and objects stand in each other deeper than limit.
func deeper(body []byte, limit int) bool {
	depth, inText := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '[' || c == '{':
			if depth++; depth > limit {
				return true
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	return false
}

// jsonReason says what is wrong without naming Go types.
func jsonReason(err error) string {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		if kind.Field == "" {
			return "the " + kind.Value + " does not fit"
		}
		return fmt.Sprintf("the %s does not fit %q", kind.Value, kind.Field)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("%v at byte %d", syntax, syntax.Offset)
	}
	return err.Error()
}
