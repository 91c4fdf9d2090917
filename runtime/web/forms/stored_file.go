package forms

import (
	"net/url"
	"path"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// stored is the path of the file that the row has, "" for none.
func (b *BoundField) stored() string {
	name, _ := b.form.initial[b.field.Name].(string)
	return name
}

// appendStored is the element of a field whose row has a file: a link to it and,
// where the field may be empty, a box that takes it away (ClearableFileInput).
func (b *BoundField) appendStored(out []byte) []byte {
	name := b.stored()
	out = append(out, "Currently: "...)
	if base := b.field.MediaURL; base != "" {
		out = append(out, "<a"...)
		out = appendAttr(out, "href", base+(&url.URL{Path: name}).EscapedPath())
		out = append(out, '>')
		out = append(appendEscaped(out, name), "</a>"...)
	} else {
		out = appendEscaped(out, name)
	}
	if !b.field.Required {
		box := b.HTMLName() + clearSuffix
		out = append(out, "\n<input type=\"checkbox\""...)
		out = appendAttr(out, "name", box)
		out = appendAttr(out, "id", box+"_id")
		out = append(out, ">\n<label"...)
		out = appendAttr(out, "for", box+"_id")
		out = append(out, ">Clear</label>"...)
	}
	out = append(out, "<br>\nChange:\n"...)
	return FileInput.Append(out, b.HTMLName(), "", false, nil, b.attrs())
}

// SaveFile puts the file of a valid form into the site's storage and its path,
// which has at most max characters, into the row: in a folder, in which letters
// of strftime stand for the time. A row whose file is taken away gets "", and one
// for which none was sent keeps its own. As in Django a file that no row has any
// more stays in the storage. Generated code calls it.
func (f *Form) SaveFile(r *web.Request, name, folder string, max int, into *string) error {
	if f.Cleared(name) {
		*into = ""
		return nil
	}
	u := f.File(name)
	if u == nil {
		return nil
	}
	disk, err := r.App().Storage()
	if err != nil {
		return err
	}
	folder = strftime(folder, model.Now(r).In(r.App().TimeZone()))
	saved, err := disk.SaveWithin(path.Join(folder, u.Name), max, u.Open())
	if err != nil {
		return err
	}
	f.kept = append(f.kept, saved)
	*into = saved
	return nil
}

// Discard removes the files that SaveFile has put into the storage, for a row that
// could not be stored.
func (f *Form) Discard(r *web.Request) error {
	for _, name := range f.kept {
		disk, err := r.App().Storage()
		if err != nil {
			return err
		}
		if err := disk.Delete(name); err != nil {
			return err
		}
	}
	f.kept = nil
	return nil
}
