package postgres

import (
	"encoding/binary"
	"errors"
	"strconv"
)

var errNumeric = errors.New("a numeric that cannot be read")

// numericText writes the binary form of a numeric out: digits of base 10000,
// of which the first stands for 10000 to the weight.
func numericText(b []byte) (string, error) {
	if len(b) < 8 {
		return "", errNumeric
	}
	n, weight := int(binary.BigEndian.Uint16(b)), int(int16(binary.BigEndian.Uint16(b[2:])))
	sign, places := binary.BigEndian.Uint16(b[4:]), int(binary.BigEndian.Uint16(b[6:]))
	if len(b) != 8+2*n || places > 1000 || weight > 1000 || weight < -1000 {
		return "", errNumeric
	}
	switch sign {
	case 0x0000, 0x4000:
	case 0xC000:
		return "NaN", nil
	case 0xD000:
		return "Infinity", nil
	case 0xF000:
		return "-Infinity", nil
	default:
		return "", errNumeric
	}
	digit := func(at int) int { // the one that stands for 10000 to the at
		if i := weight - at; i >= 0 && i < n {
			return int(binary.BigEndian.Uint16(b[8+2*i:]))
		}
		return 0
	}
	text := make([]byte, 0, 24)
	if sign == 0x4000 {
		text = append(text, '-')
	}
	text = strconv.AppendInt(text, int64(digit(max(weight, 0))), 10)
	for at := weight - 1; at >= 0; at-- {
		text = append4(text, digit(at))
	}
	if places > 0 {
		text = append(text, '.')
		end := len(text) + places
		for at := -1; len(text) < end; at-- {
			text = append4(text, digit(at))
		}
		text = text[:end]
	}
	return string(text), nil
}

func append4(b []byte, digit int) []byte {
	return append(b, byte('0'+digit/1000%10), byte('0'+digit/100%10), byte('0'+digit/10%10), byte('0'+digit%10))
}
