package postgres

// The types of PostgreSQL that the driver knows, by their numbers in pg_type.
const (
	oidBool        = 16
	oidBytea       = 17
	oidName        = 19
	oidInt8        = 20
	oidInt2        = 21
	oidInt4        = 23
	oidText        = 25
	oidOID         = 26
	oidJSON        = 114
	oidFloat4      = 700
	oidFloat8      = 701
	oidBPChar      = 1042
	oidVarchar     = 1043
	oidDate        = 1082
	oidTime        = 1083
	oidTimestamp   = 1114
	oidTimestamptz = 1184
	oidInterval    = 1186
	oidNumeric     = 1700
	oidUUID        = 2950
	oidJSONB       = 3802
)

// The forms in which a value travels.
const (
	textFormat   = 0
	binaryFormat = 1
)

// format is the form in which a column of the type is asked for: binary where
// row knows to read it.
func format(oid uint32) int16 {
	switch oid {
	case oidBool, oidBytea, oidName, oidInt8, oidInt2, oidInt4, oidText, oidOID, oidJSON, oidFloat4, oidFloat8, oidBPChar, oidVarchar,
		oidDate, oidTime, oidTimestamp, oidTimestamptz, oidInterval, oidNumeric, oidUUID, oidJSONB:
		return binaryFormat
	}
	return textFormat
}
