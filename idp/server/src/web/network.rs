//! Who sends: the peer's address, or what a trusted proxy says of it. IPv6 counts by /64, which one household has, and with
//! a larger allowance by /48, which one customer may have.

use actix_web::HttpRequest;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// How many times the allowance of one network a wider one has.
pub const WIDER_ALLOWANCE: u32 = 8;

/// The wider network that an IPv6 network is part of: whoever has it has 65,536 networks to be counted as.
#[must_use]
pub fn wider(network: IpAddr) -> Option<IpAddr> {
    let IpAddr::V6(network) = network else { return None };
    let [a, b, c, ..] = network.segments();
    Some(IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0)))
}

/// Whether one of our proxies sent a request, whose word on the connection behind it is believed.
#[must_use]
pub fn comes_from_a_proxy(request: &HttpRequest, trusted_proxies: &[IpAddr]) -> bool {
    request.peer_addr().is_some_and(|peer| is_one_of(trusted_proxies, peer.ip()))
}

/// The canonical network address of a request.
#[must_use]
pub fn address_of(request: &HttpRequest, trusted_proxies: &[IpAddr]) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    if !is_one_of(trusted_proxies, peer) {
        return canonical(peer);
    }
    let lines: Vec<&[u8]> = request
        .headers()
        .get_all("x-forwarded-for")
        .map(actix_web::http::header::HeaderValue::as_bytes)
        .collect();
    let mut nearest = peer;
    // From the right: each proxy adds whom it saw. The first that is none of ours is the one who sends; what stands before
    // one that can't be read may be anybody's word, and is not looked at.
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b',')) {
        let Some(hop) = read_hop(hop) else { break };
        nearest = hop;
        if !is_one_of(trusted_proxies, hop) {
            break;
        }
    }
    canonical(nearest)
}

/// An address as proxies write it: alone, in brackets, or with a port.
fn read_hop(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop).ok()?.trim();
    let bare = hop.strip_prefix('[').and_then(|inside| inside.strip_suffix(']')).unwrap_or(hop);
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

/// A socket for both families names an IPv4 peer by its mapped address.
fn is_one_of(proxies: &[IpAddr], address: IpAddr) -> bool {
    proxies.iter().any(|proxy| proxy.to_canonical() == address.to_canonical())
}

fn canonical(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn seen(peer: &str, forwarded: &str, trusted: &[&str]) -> String {
        let request = TestRequest::default()
            .peer_addr(format!("{peer}:1000").parse().unwrap())
            .insert_header(("x-forwarded-for", forwarded))
            .to_http_request();
        let trusted: Vec<IpAddr> = trusted.iter().map(|ip| ip.parse().unwrap()).collect();
        address_of(&request, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_its_last_word() {
        assert_eq!(seen("203.0.113.9", "198.51.100.1", &[]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", "198.51.100.1", &["10.0.0.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", "6.6.6.6, 198.51.100.1", &["10.0.0.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", "198.51.100.1, 10.0.0.2", &["10.0.0.1", "10.0.0.2"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", "garbage", &["10.0.0.1"]), "10.0.0.1");
        assert_eq!(seen("[2001:db8:1:2:3:4:5:6]", "", &[]), "2001:db8:1:2::");
    }

    #[test]
    fn an_ipv6_network_is_part_of_a_wider_one_and_no_ipv4_network_is() {
        for (peer, network, wider_one) in [
            ("[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2::", Some("2001:db8:1::")),
            ("[2001:db8:1:ffff::1]", "2001:db8:1:ffff::", Some("2001:db8:1::")),
            ("[2001:db8:2::1]", "2001:db8:2::", Some("2001:db8:2::")),
            ("[::1]", "::", Some("::")),
            ("[::ffff:198.51.100.2]", "198.51.100.2", None),
            ("198.51.100.2", "198.51.100.2", None),
        ] {
            let seen = seen(peer, "", &[]);
            assert_eq!(seen, network, "{peer}");
            assert_eq!(wider(seen.parse().unwrap()).map(|ip| ip.to_string()).as_deref(), wider_one, "{peer}");
        }
    }

    /// SC-097: a proxy that adds the port, or something else, never makes the word before it count, which a client writes.
    #[test]
    fn sc_097_a_hop_that_is_written_otherwise_does_not_make_the_one_before_it_count() {
        let proxy = &["10.0.0.1", "10.0.0.2"];
        for (forwarded, whose) in [
            ("6.6.6.6, 198.51.100.2:4711", "198.51.100.2"),
            ("6.6.6.6,198.51.100.2:4711 , 10.0.0.2:99", "198.51.100.2"),
            ("6.6.6.6, [2001:db8:1:2:3::]:4711", "2001:db8:1:2::"),
            ("6.6.6.6, [2001:db8:1:2:3::]", "2001:db8:1:2::"),
            ("6.6.6.6, unknown", "10.0.0.1"),
            ("6.6.6.6, _hidden, 10.0.0.2", "10.0.0.2"),
            ("6.6.6.6, ", "10.0.0.1"),
            ("6.6.6.6, ::ffff:198.51.100.2", "198.51.100.2"),
        ] {
            assert_eq!(seen("10.0.0.1", forwarded, proxy), whose, "{forwarded}");
            assert_eq!(seen("[::ffff:10.0.0.1]", forwarded, proxy), whose, "mapped: {forwarded}");
        }
    }

    #[test]
    fn several_lines_are_one_list_and_bytes_that_are_no_text_end_it() {
        let trusted = ["10.0.0.1".parse().unwrap()];
        let request = |last: &[u8]| {
            TestRequest::default()
                .peer_addr("10.0.0.1:1000".parse().unwrap())
                .append_header(("x-forwarded-for", "6.6.6.6"))
                .append_header((
                    "x-forwarded-for",
                    actix_web::http::header::HeaderValue::from_bytes(last).unwrap(),
                ))
                .to_http_request()
        };
        assert_eq!(address_of(&request(b"198.51.100.2"), &trusted).to_string(), "198.51.100.2");
        assert_eq!(address_of(&request(b"\xff"), &trusted).to_string(), "10.0.0.1");
    }
}
