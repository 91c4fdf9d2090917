package proxy

import "strings"

// MediaType is the Content-Type of a file by its name: from a table of our
// own, so that it is the same on every machine. Text is UTF-8. Unknown
// extensions are "application/octet-stream".
func MediaType(name string) string {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 || strings.IndexByte(name[dot:], '/') >= 0 {
		return octetStream
	}
	if t := mediaType(strings.ToLower(name[dot+1:])); t != "" {
		return t
	}
	return octetStream
}

const octetStream = "application/octet-stream"

// mediaType is nginx's mime.types, brought up to the IANA registry and to what
// browsers insist on (JavaScript modules, WebAssembly, manifests).
func mediaType(extension string) string {
	switch extension {
	case "html", "htm", "shtml":
		return "text/html; charset=utf-8"
	case "css":
		return "text/css; charset=utf-8"
	case "js", "mjs":
		return "text/javascript; charset=utf-8"
	case "json", "map":
		return "application/json"
	case "jsonld":
		return "application/ld+json"
	case "webmanifest":
		return "application/manifest+json"
	case "txt", "text", "log", "ini", "conf":
		return "text/plain; charset=utf-8"
	case "md", "markdown":
		return "text/markdown; charset=utf-8"
	case "csv":
		return "text/csv; charset=utf-8"
	case "xml", "xsl", "xsd":
		return "text/xml; charset=utf-8"
	case "rss":
		return "application/rss+xml; charset=utf-8"
	case "atom":
		return "application/atom+xml; charset=utf-8"
	case "xhtml":
		return "application/xhtml+xml; charset=utf-8"
	case "ics":
		return "text/calendar; charset=utf-8"
	case "vcf":
		return "text/vcard; charset=utf-8"
	case "vtt":
		return "text/vtt; charset=utf-8"
	case "svg", "svgz":
		return "image/svg+xml; charset=utf-8"
	case "png":
		return "image/png"
	case "apng":
		return "image/apng"
	case "jpg", "jpeg":
		return "image/jpeg"
	case "gif":
		return "image/gif"
	case "webp":
		return "image/webp"
	case "avif":
		return "image/avif"
	case "jxl":
		return "image/jxl"
	case "heic":
		return "image/heic"
	case "ico", "cur":
		return "image/vnd.microsoft.icon"
	case "bmp":
		return "image/bmp"
	case "tif", "tiff":
		return "image/tiff"
	case "woff":
		return "font/woff"
	case "woff2":
		return "font/woff2"
	case "ttf":
		return "font/ttf"
	case "otf":
		return "font/otf"
	case "eot":
		return "application/vnd.ms-fontobject"
	case "mp3":
		return "audio/mpeg"
	case "m4a":
		return "audio/mp4"
	case "aac":
		return "audio/aac"
	case "oga", "ogg", "opus":
		return "audio/ogg"
	case "flac":
		return "audio/flac"
	case "wav":
		return "audio/wav"
	case "weba":
		return "audio/webm"
	case "mid", "midi":
		return "audio/midi"
	case "mp4", "m4v":
		return "video/mp4"
	case "webm":
		return "video/webm"
	case "ogv":
		return "video/ogg"
	case "mov", "qt":
		return "video/quicktime"
	case "mpeg", "mpg":
		return "video/mpeg"
	case "avi":
		return "video/x-msvideo"
	case "mkv":
		return "video/matroska"
	case "ts":
		return "video/mp2t"
	case "m3u8":
		return "application/vnd.apple.mpegurl"
	case "mpd":
		return "application/dash+xml"
	case "pdf":
		return "application/pdf"
	case "rtf":
		return "application/rtf"
	case "epub":
		return "application/epub+zip"
	case "doc":
		return "application/msword"
	case "docx":
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case "xls":
		return "application/vnd.ms-excel"
	case "xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case "ppt":
		return "application/vnd.ms-powerpoint"
	case "pptx":
		return "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	case "odt":
		return "application/vnd.oasis.opendocument.text"
	case "ods":
		return "application/vnd.oasis.opendocument.spreadsheet"
	case "odp":
		return "application/vnd.oasis.opendocument.presentation"
	case "ps", "eps", "ai":
		return "application/postscript"
	case "wasm":
		return "application/wasm"
	case "zip":
		return "application/zip"
	case "gz", "tgz":
		return "application/gzip"
	case "bz2":
		return "application/x-bzip2"
	case "xz":
		return "application/x-xz"
	case "zst":
		return "application/zstd"
	case "7z":
		return "application/x-7z-compressed"
	case "rar":
		return "application/vnd.rar"
	case "tar":
		return "application/x-tar"
	case "jar", "war", "ear":
		return "application/java-archive"
	case "apk":
		return "application/vnd.android.package-archive"
	case "sqlite", "db":
		return "application/vnd.sqlite3"
	case "geojson":
		return "application/geo+json"
	case "glb":
		return "model/gltf-binary"
	case "gltf":
		return "model/gltf+json"
	case "yaml", "yml":
		return "application/yaml"
	case "toml":
		return "application/toml"
	}
	return ""
}
