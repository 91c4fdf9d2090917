package server

import "sync"

// copyBuffer is the size of the buffers that bodies are copied through, in
// bytes: as large as two TLS records.
const copyBuffer = 32 << 10

// copyBuffers holds buffers that no body uses just now. It is shared by all
// servers of the process, as a cache of memory and nothing else.
var copyBuffers = sync.Pool{New: func() any {
	b := make([]byte, copyBuffer)
	return &b
}}

func getCopyBuffer() *[]byte  { return copyBuffers.Get().(*[]byte) }
func putCopyBuffer(b *[]byte) { copyBuffers.Put(b) }
