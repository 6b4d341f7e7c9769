//! The certificate of a client's TLS connection, as the proxy that ended the connection hands it on: URL-encoded PEM
//! (nginx's `$ssl_client_escaped_cert`) or RFC 9440's base64 between colons. Nothing here verifies a chain: the proxy did.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use idp_domain::client::CertificateSubject;
use idp_domain::client::distinguished_name::DistinguishedName;
use idp_domain::jwk::{Curve, KeyMaterial};
use idp_domain::time::Timestamp;
use std::net::IpAddr;
use x509_cert::Certificate;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::der::asn1::{
    BmpString, Ia5StringRef, PrintableStringRef, TeletexStringRef, UintRef, Utf8StringRef,
};
use x509_cert::der::{Decode, Reader, SliceReader};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::spki::{ObjectIdentifier, SubjectPublicKeyInfoOwned};
use x509_cert::time::Time;

/// The longest header that is read.
const LONGEST: usize = 16 * 1024;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const CURVES: [(ObjectIdentifier, Curve); 3] = [
    (ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"), Curve::P256),
    (ObjectIdentifier::new_unwrap("1.3.132.0.34"), Curve::P384),
    (ObjectIdentifier::new_unwrap("1.3.132.0.35"), Curve::P521),
];

/// What of a certificate is looked at.
#[derive(Debug)]
pub struct ClientCertificate {
    subject: Option<DistinguishedName>,
    alternatives: Vec<GeneralName>,
    /// Its public key, where it is of a kind that a JWK can hold.
    pub key: Option<KeyMaterial>,
    not_before: Timestamp,
    not_after: Timestamp,
}

impl ClientCertificate {
    /// Reads a header's value; `None` for what is no certificate.
    #[must_use]
    pub fn from_header(value: &str) -> Option<Self> {
        if value.len() > LONGEST {
            return None;
        }
        let base64 = match value.strip_prefix(':') {
            Some(rest) => rest.strip_suffix(':')?.to_owned(),
            None => pem_body(&percent_decode(value)?)?,
        };
        Self::from_der(&BASE64_STANDARD.decode(base64).ok()?)
    }

    fn from_der(der: &[u8]) -> Option<Self> {
        let certificate = Certificate::from_der(der).ok()?.tbs_certificate;
        let alternatives: Option<(bool, SubjectAltName)> = certificate.get().ok()?;
        let time = |time: Time| Timestamp::EPOCH.plus(time.to_unix_duration());
        Some(Self {
            subject: subject(&certificate),
            alternatives: alternatives.map(|(_, names)| names.0).unwrap_or_default(),
            key: key_material(&certificate.subject_public_key_info),
            not_before: time(certificate.validity.not_before),
            not_after: time(certificate.validity.not_after),
        })
    }

    /// Whether it is good at `now`.
    #[must_use]
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.not_before <= now && now <= self.not_after
    }

    /// RFC 8705 section 2.1.2: whether the registered name is among those of the certificate.
    #[must_use]
    pub fn names(&self, registered: &CertificateSubject) -> bool {
        let any = |fits: &dyn Fn(&GeneralName) -> bool| self.alternatives.iter().any(fits);
        match registered {
            CertificateSubject::SubjectDn(text) => {
                let wanted = DistinguishedName::parse(text);
                wanted.is_some() && wanted == self.subject
            }
            CertificateSubject::SanDns(wanted) => any(
                &|name| matches!(name, GeneralName::DnsName(dns) if dns.as_str().eq_ignore_ascii_case(wanted)),
            ),
            CertificateSubject::SanUri(wanted) => any(
                &|name| matches!(name, GeneralName::UniformResourceIdentifier(uri) if uri.as_str() == wanted),
            ),
            CertificateSubject::SanIp(wanted) => {
                let wanted = wanted.parse().ok().map(octets);
                any(
                    &|name| matches!(name, GeneralName::IpAddress(ip) if Some(ip.as_bytes()) == wanted.as_deref()),
                )
            }
            CertificateSubject::SanEmail(wanted) => {
                any(&|name| matches!(name, GeneralName::Rfc822Name(email) if email.as_str() == wanted))
            }
        }
    }
}

fn octets(ip: IpAddr) -> Vec<u8> {
    match ip {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    }
}

/// RFC 3986 section 2.1. A plus sign stays one: it is of base64.
fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        bytes.push(match byte {
            b'%' => u8::try_from(digit(rest.next()?)? * 16 + digit(rest.next()?)?).ok()?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The base64 of the first certificate, which is the client's own.
fn pem_body(pem: &str) -> Option<String> {
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    Some(body.split_ascii_whitespace().collect())
}

fn subject(certificate: &x509_cert::TbsCertificate) -> Option<DistinguishedName> {
    let names = certificate.subject.0.iter();
    let relative = |name: &x509_cert::name::RelativeDistinguishedName| -> Option<Vec<(String, String)>> {
        name.0.iter().map(|pair| Some((pair.oid.to_string(), text_of(pair)?))).collect()
    };
    Some(DistinguishedName::new(names.map(relative).collect::<Option<_>>()?))
}

/// The text of an attribute, whichever of the string types of RFC 5280 section 4.1.2.4 it has.
fn text_of(pair: &AttributeTypeAndValue) -> Option<String> {
    let value = &pair.value;
    value
        .decode_as::<Utf8StringRef<'_>>()
        .map(|text| text.as_str().to_owned())
        .or_else(|_| value.decode_as::<PrintableStringRef<'_>>().map(|text| text.as_str().to_owned()))
        .or_else(|_| value.decode_as::<Ia5StringRef<'_>>().map(|text| text.as_str().to_owned()))
        .or_else(|_| value.decode_as::<TeletexStringRef<'_>>().map(|text| text.as_str().to_owned()))
        .or_else(|_| value.decode_as::<BmpString>().map(|text| text.to_string()))
        .ok()
}

fn key_material(info: &SubjectPublicKeyInfoOwned) -> Option<KeyMaterial> {
    let bytes = info.subject_public_key.as_bytes()?;
    match info.algorithm.oid {
        RSA => {
            let mut reader = SliceReader::new(bytes).ok()?;
            let parts = reader.sequence(|inner| {
                let n = UintRef::decode(inner)?.as_bytes().to_vec();
                Ok((n, UintRef::decode(inner)?.as_bytes().to_vec()))
            });
            let (n, e) = parts.ok()?;
            KeyMaterial::rsa(n, e)
        }
        EC => {
            let oid = info.algorithm.parameters.as_ref()?.decode_as::<ObjectIdentifier>().ok()?;
            let (_, curve) = CURVES.into_iter().find(|(known, _)| *known == oid)?;
            // Uncompressed point: 0x04, x, y.
            let (x, y) = bytes.strip_prefix(&[4])?.split_at_checked(curve.coordinate_length())?;
            KeyMaterial::ec(curve, x.to_vec(), y.to_vec())
        }
        ED25519 => KeyMaterial::ed25519(bytes.to_vec()),
        _ => None,
    }
}
