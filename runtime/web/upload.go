package web

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The limits of uploads, unless the Config says otherwise
// (FILE_UPLOAD_MAX_MEMORY_SIZE, DATA_UPLOAD_MAX_NUMBER_FILES).
const (
	DefaultUploadMemory = 2621440 // bytes
	DefaultUploadFiles  = 100
)

// Upload is a file that a form sent (UploadedFile). Small ones are in memory,
// others in a temporary file that has no name any more and ends with the
// request, however that ends. It belongs to the request's goroutine.
type Upload struct {
	// Field is the form field that it came in.
	Field string
	// Name is the file's own name: no folders, nothing unprintable, at most 255
	// characters. Never trust it further than as text.
	Name string
	// ContentType is what the client says it is, "" where it says nothing.
	// Charset is its charset parameter.
	ContentType, Charset string
	// Size is in bytes.
	Size int64

	memory []byte
	disk   *os.File
}

// Open returns the content from its beginning. Readers of one upload are
// independent of each other.
func (u *Upload) Open() io.ReadSeeker {
	if u.disk != nil {
		return io.NewSectionReader(u.disk, 0, u.Size)
	}
	return bytes.NewReader(u.memory)
}

// Bytes is the whole content, for files that are known to be small.
func (u *Upload) Bytes() ([]byte, error) {
	if u.disk == nil {
		return u.memory, nil
	}
	return io.ReadAll(u.Open())
}

// OnDisk reports whether the content is in a temporary file.
func (u *Upload) OnDisk() bool { return u.disk != nil }

func (u *Upload) close() {
	if u.disk != nil {
		u.disk.Close()
	}
}

// spool takes the content: up to memory bytes into memory, more into a
// temporary file in dir.
func (u *Upload) spool(content io.Reader, memory int64, dir string) error {
	var b bytes.Buffer
	n, err := b.ReadFrom(io.LimitReader(content, memory+1))
	if err != nil {
		return err
	}
	if n <= memory {
		u.memory, u.Size = b.Bytes(), n
		return nil
	}
	f, err := os.CreateTemp(dir, "upload-*")
	if err != nil {
		return fmt.Errorf("web: spool an upload: %w", err)
	}
	u.disk = f
	if err := os.Remove(f.Name()); err != nil {
		return fmt.Errorf("web: spool an upload: %w", err)
	}
	if _, err := f.Write(b.Bytes()); err != nil {
		return fmt.Errorf("web: spool an upload: %w", err)
	}
	rest, err := io.Copy(f, content)
	u.Size = n + rest
	return err
}

// NewUpload is an upload whose content is at hand, for tests of what takes one.
// It is nil where the name is none.
func NewUpload(field, name, contentType string, content []byte) *Upload {
	name, ok := fileName(name)
	if !ok {
		return nil
	}
	return &Upload{Field: field, Name: name, ContentType: contentType, Size: int64(len(content)), memory: content}
}

// Uploads are the files of a form, in order (request.FILES). The zero Uploads is empty.
type Uploads struct{ files []*Upload }

// NewUploads is a list of these.
func NewUploads(files ...*Upload) Uploads { return Uploads{files} }

// Get is the file of a field, the last one where there are several; nil when
// there is none.
func (u Uploads) Get(field string) *Upload {
	for i := len(u.files) - 1; i >= 0; i-- {
		if u.files[i].Field == field {
			return u.files[i]
		}
	}
	return nil
}

// All are the files of a field (getlist).
func (u Uploads) All(field string) []*Upload {
	var all []*Upload
	for _, f := range u.files {
		if f.Field == field {
			all = append(all, f)
		}
	}
	return all
}

// Len is the number of files.
func (u Uploads) Len() int { return len(u.files) }

// maxFileName is how long the name of an upload can be, in characters.
const maxFileName = 255

// fileName makes a name that a client sent one without folders and unprintable
// characters (MultiPartParser.sanitize_file_name). ok is false where nothing is left of it.
func fileName(sent string) (name string, ok bool) {
	name = html.UnescapeString(validUTF8(sent))
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, name)
	name = strings.TrimSpace(name)
	if name == "" || name == "." || name == ".." {
		return "", false
	}
	if n := utf8.RuneCountInString(name); n > maxFileName {
		stem, ext := name, ""
		if dot := strings.LastIndexByte(name, '.'); dot > 0 {
			stem, ext = name[:dot], name[dot:]
		}
		runes := []rune(ext)
		runes = runes[:min(len(runes), maxFileName)]
		name = string([]rune(stem)[:max(0, min(maxFileName-len(runes), utf8.RuneCountInString(stem)))]) + string(runes)
	}
	return name, true
}
