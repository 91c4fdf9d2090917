package web

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"strings"

	"stackgen.dev/runtime/gateway"
)

// maxBoundary is how long a boundary may be (RFC 2046, section 5.1.1 says 70; Django takes 200).
const maxBoundary = 200

// MultipartReader reads the parts of a multipart form one by one, for views
// that stream an upload elsewhere. Nothing of it is then there for Form and Files.
// It fails with BadRequest where the content is no multipart form.
func (r *Request) MultipartReader() (*multipart.Reader, error) {
	kind, params := r.contentType()
	if kind != "multipart/form-data" {
		return nil, UnsupportedMediaType.With("The request body must be a form (multipart/form-data).")
	}
	form, _, err := r.multipart(params["boundary"])
	return form, err
}

// maxPartHead is about how many bytes may stand before a part, its header.
const maxPartHead = 16 << 10

// partSource is what a multipart form is read from. It fails where more than left
// bytes are read; left is negative while anything may be.
type partSource struct {
	r    io.Reader
	left int
}

var errPartHead = errors.New("the header of a part is too long")

func (s *partSource) Read(b []byte) (int, error) {
	if s.left == 0 {
		return 0, errPartHead
	}
	if s.left > 0 {
		b = b[:min(len(b), s.left)]
	}
	n, err := s.r.Read(b)
	if s.left > 0 {
		s.left -= n
	}
	return n, err
}

// next is the next part of a form, whose header is bounded.
func (s *partSource) next(form *multipart.Reader) (*multipart.Part, error) {
	s.left = maxPartHead
	defer func() { s.left = -1 }()
	return form.NextRawPart()
}

func (r *Request) multipart(boundary string) (*multipart.Reader, *partSource, error) {
	if boundary == "" || len(boundary) > maxBoundary {
		return nil, nil, BadRequest.With("The multipart form has no valid boundary.")
	}
	source := r.BodyReader()
	if r.bodyRead {
		source = strings.NewReader(string(r.body))
	}
	parts := &partSource{r: source, left: -1}
	return multipart.NewReader(parts, boundary), parts, nil
}

// readMultipart reads a multipart form (RFC 7578): fields into memory within the
// site's limit for forms, files into memory or onto disk. What was spooled
// before a failure is closed with the request.
func (r *Request) readMultipart(boundary string) (Values, error) {
	form, source, err := r.multipart(boundary)
	if err != nil {
		return Values{}, err
	}
	var v Values
	left := r.app.memory
	fields := 0
	for parts := 0; ; parts++ {
		part, err := source.next(form)
		if errors.Is(err, io.EOF) {
			return v, nil
		}
		if err != nil {
			return Values{}, multipartError(err)
		}
		if parts >= r.app.fields+r.app.files {
			return Values{}, BadRequest.With(fmt.Sprintf("The form has more than %d parts.", r.app.fields+r.app.files)) // most of them neither fields nor files
		}
		disposition, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		name := validUTF8(params["name"])
		if disposition != "form-data" || name == "" || err != nil {
			if _, err := io.Copy(io.Discard, part); err != nil {
				return Values{}, multipartError(err)
			}
			continue
		}
		if sent, isFile := params["filename"]; isFile {
			if err := r.readFile(name, sent, part); err != nil {
				return Values{}, err
			}
			continue
		}
		if fields++; fields > r.app.fields {
			return Values{}, r.tooMany()
		}
		data, err := io.ReadAll(io.LimitReader(decoded(part), left+1))
		if err != nil {
			return Values{}, multipartError(err)
		}
		if left -= int64(len(data)) + int64(len(name)) + 2; left < 0 {
			return Values{}, tooLarge(r.app.memory)
		}
		v.pairs = append(v.pairs, pair{name, validUTF8(string(data))})
	}
}

// readFile takes a part that is a file. A field that was left empty sends a
// part without a name, which is no file.
func (r *Request) readFile(field, sent string, part *multipart.Part) error {
	name, ok := fileName(sent)
	if !ok {
		_, err := io.Copy(io.Discard, part)
		if err != nil {
			return multipartError(err)
		}
		return nil
	}
	if len(r.files.files) >= r.app.files {
		return r.tooManyFiles()
	}
	u := &Upload{Field: field, Name: name}
	if kind, params, err := mime.ParseMediaType(part.Header.Get("Content-Type")); err == nil {
		u.ContentType, u.Charset = kind, params["charset"]
	}
	r.files.files = append(r.files.files, u)
	if err := u.spool(decoded(part), r.app.uploadMemory, r.app.config.UploadDir); err != nil {
		return multipartError(err)
	}
	return nil
}

// decoded undoes the transfer encoding base64, which some programs use.
func decoded(part *multipart.Part) io.Reader {
	if strings.EqualFold(strings.TrimSpace(part.Header.Get("Content-Transfer-Encoding")), "base64") {
		return base64.NewDecoder(base64.StdEncoding, part)
	}
	return part
}

// multipartError keeps failures of reading and of the disk, and makes
// everything else the client's.
func multipartError(err error) error {
	var read *gateway.Error
	if errors.As(err, &read) {
		return read
	}
	var disk *fs.PathError // writing the temporary file: no fault of the client
	if errors.As(err, &disk) {
		return err
	}
	return BadRequest.With("The multipart form is malformed.").Because(err)
}
