package web

import (
	"errors"
	"io"
	"mime/multipart"

	"stackgen.dev/runtime/gateway"
)

// readMultipart reads the fields of a multipart form (RFC 7578). Fields are
// held in memory within the site's limit, files are read past.
func (r *Request) readMultipart(boundary string) (Values, error) {
	if boundary == "" || len(boundary) > 200 {
		return Values{}, BadRequest.With("The multipart form has no valid boundary.")
	}
	var source io.Reader = r.x.Request.Body
	if r.bodyRead {
		source = r.BodyReader()
	}
	form := multipart.NewReader(source, boundary)
	var v Values
	left := r.app.memory
	for parts := 0; ; parts++ {
		part, err := form.NextRawPart()
		if errors.Is(err, io.EOF) {
			return v, nil
		}
		if err != nil {
			return Values{}, multipartError(err)
		}
		if parts >= r.app.fields {
			return Values{}, r.tooMany()
		}
		name := part.FormName()
		if name == "" || part.FileName() != "" {
			if _, err := io.Copy(io.Discard, part); err != nil {
				return Values{}, multipartError(err)
			}
			continue
		}
		data, err := io.ReadAll(io.LimitReader(part, left+1))
		if err != nil {
			return Values{}, multipartError(err)
		}
		left -= int64(len(data)) + int64(len(name))
		if left < 0 {
			return Values{}, tooLarge(r.app.memory)
		}
		v.pairs = append(v.pairs, pair{validUTF8(name), validUTF8(string(data))})
	}
}

// multipartError keeps a failure of reading and makes everything else the client's.
func multipartError(err error) error {
	var read *gateway.Error
	if errors.As(err, &read) {
		return read
	}
	return BadRequest.With("The multipart form is malformed.").Because(err)
}
