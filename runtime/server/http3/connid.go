package http3

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/quic-go/quic-go"
)

// tag names a process: the first bytes of the connection IDs that it hands out.
type tag [4]byte

func newTag() (t tag) {
	rand.Read(t[:])
	return t
}

func (t tag) String() string { return hex.EncodeToString(t[:]) }

// idSize is the length of our connection IDs in bytes: one block of the cipher.
const idSize = aes.BlockSize

// keys are what the processes of a listener share, over restarts too.
type keys struct {
	ids   cipher.Block
	reset quic.StatelessResetKey
	token quic.TokenGeneratorKey
}

// keyFile holds them in the folder of a listener: 16, 32 and 32 bytes.
const (
	keyFile = "key"
	keySize = 16 + 32 + 32
)

// loadKeys reads the keys of a folder, and makes them where there are none.
func loadKeys(dir string) (*keys, error) {
	name := filepath.Join(dir, keyFile)
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		b, err = makeKeys(dir, name)
	}
	if err != nil {
		return nil, err
	}
	if len(b) != keySize {
		return nil, fmt.Errorf("%s holds no keys: remove it, and new ones are made", name)
	}
	k := &keys{}
	if k.ids, err = aes.NewCipher(b[:16]); err != nil {
		return nil, err
	}
	copy(k.reset[:], b[16:48])
	copy(k.token[:], b[48:])
	return k, nil
}

// makeKeys writes new keys, unless another process is first; then it reads those.
func makeKeys(dir, name string) ([]byte, error) {
	b := make([]byte, keySize)
	rand.Read(b)
	f, err := os.CreateTemp(dir, keyFile+"-") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	if _, err = f.Write(b); err == nil {
		err = f.Sync() // half a key would keep the site from starting after a power failure
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), name); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(name)
}

// idGenerator makes the connection IDs of a process: its tag and chance, encrypted, so that
// nobody else sees that two belong together (RFC 9000, section 5.1).
type idGenerator struct {
	tag tag
	ids cipher.Block
}

// GenerateConnectionID implements [quic.ConnectionIDGenerator].
func (g idGenerator) GenerateConnectionID() (quic.ConnectionID, error) {
	var b [idSize]byte
	rand.Read(b[copy(b[:], g.tag[:]):])
	g.ids.Encrypt(b[:], b[:])
	return quic.ConnectionIDFromBytes(b[:]), nil
}

// ConnectionIDLen implements [quic.ConnectionIDGenerator].
func (g idGenerator) ConnectionIDLen() int { return idSize }

// maker is the tag in a connection ID; of one that a client made up it is chance.
func (k *keys) maker(id []byte) (t tag) {
	if len(id) == idSize {
		var b [idSize]byte
		k.ids.Decrypt(b[:], id)
		copy(t[:], b[:])
	}
	return t
}

// maxID is the longest connection ID there is, in bytes (RFC 9000, section 17.2).
const maxID = 20

// destination finds the connection ID that a packet is for. Long headers begin connections, and say how long it
// is (RFC 8999); in short ones it is ours.
func destination(packet []byte) (id []byte, long, ok bool) {
	switch {
	case len(packet) == 0:
		return nil, false, false
	case packet[0]&0x80 == 0:
		if len(packet) < 1+idSize {
			return nil, false, false
		}
		return packet[1 : 1+idSize], false, true
	case len(packet) < 6 || int(packet[5]) > maxID || len(packet) < 6+int(packet[5]):
		return nil, true, false
	}
	return packet[6 : 6+int(packet[5])], true, true
}

var _ quic.ConnectionIDGenerator = idGenerator{}
