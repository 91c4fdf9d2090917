package forms

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"unicode/utf8"

	"stackgen.dev/runtime/model/validators"
	"stackgen.dev/runtime/web"
)

// clearSuffix ends the name of the box that takes a file away.
const clearSuffix = "-clear"

// cleanFile takes the file that was sent for the field; where none was, the
// value is nil, and a row keeps the file that it has. With the box for
// taking it away checked the value is false, as in Django.
func (b *BoundField) cleanFile() {
	f := b.field
	u := b.form.files.Get(b.HTMLName())
	clearing := !f.Required && b.form.data.Has(b.HTMLName()+clearSuffix)
	initial := b.form.initial[f.Name]
	switch {
	case u != nil && clearing:
		b.fail("Please either submit a file or check the clear checkbox, not both.", "contradiction")
		return
	case clearing:
		b.value = false
		return
	case u == nil:
		if f.Required && (initial == nil || initial == "") {
			b.errors = append(b.errors, required)
		}
		return
	}
	if n := utf8.RuneCountInString(u.Name); f.MaxLength > 0 && n > f.MaxLength {
		b.fail(fmt.Sprintf("Ensure this filename has at most %d character%s (it has %d).", f.MaxLength, plural(f.MaxLength), n), "max_length")
		return
	}
	if u.Size == 0 && !f.AllowEmpty {
		b.fail("The submitted file is empty.", "empty")
		return
	}
	if f.MaxSize > 0 && u.Size > f.MaxSize {
		b.fail(fmt.Sprintf("Ensure this file has at most %d bytes (it has %d).", f.MaxSize, u.Size), "max_size")
		return
	}
	extensions := f.Extensions
	if f.Kind == Image {
		if err := checkImage(u); err != nil {
			b.fail("Upload a valid image. The file you uploaded was either not an image or a corrupted image.", "invalid_image")
			return
		}
		if extensions == nil {
			extensions = validators.ImageExtensions()
		}
	}
	if p := validators.FileExtension(u.Name, extensions); p != nil {
		b.fail(p.Message, p.Code)
		return
	}
	if b.rules(u.Name) {
		b.value = u
	}
}

// maxPixels bounds what an image claims to be, so that who shows it later is safe.
const maxPixels = 100_000_000

var errImage = errors.New("forms: no image of a known format")

// checkImage reads the head of an image: GIF, JPEG or PNG. What it says it is
// replaces what the client said.
func checkImage(u *web.Upload) error {
	content := u.Open()
	head := make([]byte, 8)
	n, err := io.ReadFull(content, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	head = head[:n]
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return err
	}
	var config image.Config
	kind := ""
	switch {
	case bytes.HasPrefix(head, []byte("GIF8")):
		kind = "image/gif"
		config, err = gif.DecodeConfig(content)
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		kind = "image/jpeg"
		config, err = jpeg.DecodeConfig(content)
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		kind = "image/png"
		config, err = png.DecodeConfig(content)
	default:
		return errImage
	}
	if err != nil {
		return err
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels/config.Height {
		return errImage
	}
	u.ContentType = kind
	return nil
}

// File is the file of a file or image field; nil where none was sent.
func (f *Form) File(name string) *web.Upload {
	u, _ := f.Value(name).(*web.Upload)
	return u
}

// Cleared reports whether somebody wants the file of a row taken away.
func (f *Form) Cleared(name string) bool { return f.Value(name) == false }
